import CardProtocol
package import CardSoftware
import Faults
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
    private let cues: CardCues?
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
        _ settings: CardSettings, flash: FlashModel, security: TLSContext? = nil, cues: CardCues? = nil, loop: any Loop,
        boot: @escaping @Sendable (CardFlash, CardFlash.Start) -> Void = { _, _ in },
        onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void = { _, _ in }
    ) throws(CardError) {
        self.settings = settings
        self.loop = loop
        self.boot = boot
        self.security = security
        self.onSessionEnd = onSessionEnd
        self.cues = cues
        card = try Self.boot(settings, flash, security, cues, loop, boot, onSessionEnd).card
    }

    /// Goes on with a card whose program has been booted already.
    package init(
        running card: LineCard, security: TLSContext? = nil, cues: CardCues? = nil,
        boot: @escaping @Sendable (CardFlash, CardFlash.Start) -> Void, loop: any Loop,
        onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void
    ) {
        settings = card.settings
        self.loop = loop
        self.boot = boot
        self.security = security
        self.onSessionEnd = onSessionEnd
        self.cues = cues
        self.card = card
    }

    private static func boot(
        _ settings: CardSettings, _ flash: FlashModel, _ security: TLSContext?, _ cues: CardCues?, _ loop: any Loop,
        _ boot: (CardFlash, CardFlash.Start) -> Void, _ onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void
    ) throws(CardError) -> (card: LineCard, start: CardFlash.Start) {
        let now = loop.now.sinceStart
        var flash = flash
        if let cut = cues?.powerCutOfThisBoot() { flash.arm(cut) }
        do throws(CardError) {
            var mounted = try CardFlash(
                flash, factoryVersion: settings.factoryVersion, policy: settings.bootPolicy, at: now)
            let start = try mounted.start(at: now)
            boot(mounted, start)
            var oldVersion: String?
            if start.trialSeconds != nil, cues?.spoil(where: { $0.bootsOld }) != nil {
                oldVersion = mounted.boot.instances[mounted.boot.committed].version
            }
            let card = LineCard(
                settings, flash: mounted, start: start, softwareVersion: oldVersion, security: security, cues: cues,
                loop: loop, onSessionEnd: onSessionEnd)
            return (card, start)
        } catch {
            if error == .flash(.powerLost) { cues?.notePowerLoss() }
            throw error
        }
    }

    /// Serves until the listener is closed, the task is cancelled or the power fails, across all restarts. While the card boots,
    /// connections wait at the listener.
    ///
    /// - Throws: when nothing can be booted any more.
    package func run(on listener: any Listener) async throws(CardError) -> CardEnding {
        while true {
            let ending = await card.serve(listener)
            guard ending == .restart, !Task.isCancelled else { return ending }
            var isDead = true
            while isDead {
                do { try await loop.sleep(for: settings.bootTime) } catch { return .closed }
                cues?.observe(.phase(.boot))
                let (next, start) = try Self.boot(
                    settings, await card.flashModel, security, cues, loop, boot, onSessionEnd)
                card = next
                bootCount += 1
                // One that dies before it serves has used up an attempt.
                isDead = start.trialSeconds != nil && cues?.spoil(where: { $0.failsToBoot }) != nil
            }
        }
    }

    /// A copy of the flash as it is now.
    package func flashModel() async -> FlashModel { await card.flashModel }

    /// The same, at once, for who is on the loop.
    package nonisolated var flashNow: FlashModel { assumeIsolated { $0.card.flashNow } }

    /// Lets a bit of an instance rot: a fault.
    package func rot(instance: Int) async { await card.rot(instance: instance) }
}
