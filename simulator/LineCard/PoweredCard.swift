package import CardSoftware
package import FlashModel
package import Runtime
package import TLS

/// A card with its power on, from one restart to the next: what its flash decides is booted each time.
///
/// Owns the flash between two boots, the running card's software during one.
package actor PoweredCard {
    package nonisolated let settings: CardSettings
    private nonisolated let loop: any Loop
    private let boot: @Sendable (CardFlash, CardFlash.Start) -> Void
    private let security: TLSContext?
    private let onSessionEnd: @Sendable (Endpoint, SessionEnd) -> Void
    private var card: LineCard
    /// How often the card has booted.
    package private(set) var bootCount = 1

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Turns the card on.
    ///
    /// - Parameters:
    ///   - flash: blank, or as the card has left it.
    ///   - security: the card's side of its links; nil: they are clear.
    ///   - boot: is handed what was decided each time; a card whose image is a program runs it there, and then this does not
    ///     return.
    /// - Throws: when the flash is too small, cannot be used, or holds nothing that could be booted.
    package init(
        _ settings: CardSettings, flash: FlashModel, security: TLSContext? = nil, loop: any Loop,
        boot: @escaping @Sendable (CardFlash, CardFlash.Start) -> Void = { _, _ in },
        onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void = { _, _ in }
    ) throws(CardError) {
        self.settings = settings
        self.loop = loop
        self.boot = boot
        self.security = security
        self.onSessionEnd = onSessionEnd
        card = try Self.boot(settings, flash, security, loop, boot, onSessionEnd)
    }

    /// Goes on with a card whose program has been booted already.
    package init(
        running card: LineCard, security: TLSContext? = nil,
        boot: @escaping @Sendable (CardFlash, CardFlash.Start) -> Void, loop: any Loop,
        onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void
    ) {
        settings = card.settings
        self.loop = loop
        self.boot = boot
        self.security = security
        self.onSessionEnd = onSessionEnd
        self.card = card
    }

    private static func boot(
        _ settings: CardSettings, _ flash: FlashModel, _ security: TLSContext?, _ loop: any Loop,
        _ boot: (CardFlash, CardFlash.Start) -> Void, _ onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void
    ) throws(CardError) -> LineCard {
        let now = loop.now.sinceStart
        var mounted = try CardFlash(
            flash, factoryVersion: settings.factoryVersion, policy: settings.bootPolicy, at: now)
        let start = try mounted.start(at: now)
        boot(mounted, start)
        return LineCard(
            settings, flash: mounted, start: start, security: security, loop: loop, onSessionEnd: onSessionEnd)
    }

    /// Serves until the listener is closed, the task is cancelled or the power fails, across all restarts. While the card boots,
    /// connections wait at the listener.
    ///
    /// - Throws: when nothing can be booted any more.
    package func run(on listener: any Listener) async throws(CardError) -> CardEnding {
        while true {
            let ending = await card.serve(listener)
            guard ending == .restart, !Task.isCancelled else { return ending }
            do { try await loop.sleep(for: settings.bootTime) } catch { return .closed }
            card = try Self.boot(settings, await card.flashModel, security, loop, boot, onSessionEnd)
            bootCount += 1
        }
    }

    /// A copy of the flash as it is now.
    package func flashModel() async -> FlashModel { await card.flashModel }
}
