import CardLink
package import CardProtocol
package import CardSoftware
package import FlashModel
import Links
package import Runtime
package import TLS

/// A line card's software: two instances and a boot record in flash, and the card protocol's server.
///
/// It runs on any loop, over any listener. Owns its flash; all its tasks are methods of it.
package actor LineCard {
    /// Acknowledgements are small, but a donor card sends sections: two of the largest are in flight after the kernel has
    /// doubled it. In bytes.
    package static let sendBufferBytes = 64 << 10
    /// One section beyond the window. It is a card's real memory, too. In bytes.
    package static let receiveBufferBytes = 64 << 10
    /// For the card's listener.
    package static let socketOptions = SocketOptions(
        sendBufferBytes: sendBufferBytes, receiveBufferBytes: receiveBufferBytes)
    /// Connections at once: a CE, its successor, and readers of a donor card. Each costs 3 KiB.
    package static let sessionLimit = 16
    /// How long a new connection may be silent: whoever connects has nothing to wait for.
    package static let helloTimeout = Duration.seconds(10)
    /// How long a card that is out of descriptors waits before it looks for the next connection.
    static let acceptPause = Duration.milliseconds(100)
    /// How often a card that owes an acknowledgement says that it is alive: its CE waits for four of them (section 4.4 of the
    /// protocol).
    static let signPeriod = Duration.seconds(1)

    package nonisolated let settings: CardSettings
    nonisolated let loop: any Loop
    private let onSessionEnd: @Sendable (Endpoint, SessionEnd) -> Void

    var flash: CardFlash
    private let start: CardFlash.Start
    /// The card's side of its links; nil: they are clear.
    private let security: TLSContext?
    private let softwareVersion: String?
    /// Set when the card stops by itself.
    private(set) var ending: CardEnding?
    let endingChanged: Gate
    /// When the instance on trial has to be committed.
    private var trialEnd: Instant?
    /// The session that downloads: one at a time.
    var downloader: CardSession?
    /// Opens when a session stops to be the downloader.
    let downloaderLeft: Gate
    private var sessionCount = 0

    /// Turns a card on: mounts its flash, and decides what it boots.
    ///
    /// - Parameters:
    ///   - flash: blank, or as a card has left it.
    ///   - security: the card's side of its links; nil: they are clear.
    ///   - onSessionEnd: told of each connection's end, on the loop: for the card's log.
    /// - Throws: when the flash is too small, cannot be used, or has no valid boot record.
    package init(
        _ settings: CardSettings, flash: FlashModel, security: TLSContext? = nil, loop: any Loop,
        onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void = { _, _ in }
    ) throws(CardError) {
        let now = loop.now.sinceStart
        var mounted = try CardFlash(
            flash, factoryVersion: settings.factoryVersion, policy: settings.bootPolicy, at: now)
        let start = try mounted.start(at: now)
        self.init(
            settings, flash: mounted, start: start, security: security, loop: loop, onSessionEnd: onSessionEnd)
    }

    /// Runs what was decided to be booted.
    ///
    /// - Parameter softwareVersion: what the running program says of itself; nil: what was announced of its image.
    package init(
        _ settings: CardSettings, flash: CardFlash, start: CardFlash.Start, softwareVersion: String? = nil,
        security: TLSContext? = nil, loop: any Loop,
        onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void = { _, _ in }
    ) {
        self.settings = settings
        self.loop = loop
        self.onSessionEnd = onSessionEnd
        self.flash = flash
        self.start = start
        self.softwareVersion = softwareVersion
        self.security = security
        endingChanged = Gate(loop: loop)
        downloaderLeft = Gate(loop: loop)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Serves connections until the listener is closed, the task is cancelled, or the card stops by itself; then all sessions end.
    package func serve(_ listener: any Listener) async -> CardEnding {
        // What is booted was verified in flash, and that takes its time.
        try? await loop.sleep(until: Instant(sinceStart: start.end))
        if let seconds = start.trialSeconds { trialEnd = loop.now.advanced(by: .seconds(seconds)) }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.accept(from: listener)
                return true
            }
            group.addTask {
                await self.waitForEnding()
                return true
            }
            group.addTask {
                await self.watchTrial()
                return false
            }
            while await group.next() == false {}
            group.cancelAll()
        }
        return ending ?? .closed
    }

    private func accept(from listener: any Listener) async {
        await withDiscardingTaskGroup { group in
            while true {
                do throws(ConnectionError) {
                    let connection = try await listener.accept()
                    guard sessionCount < Self.sessionLimit else {
                        connection.close()
                        continue
                    }
                    sessionCount += 1
                    group.addTask { await self.serve(connection) }
                } catch .closed, .cancelled {
                    break
                } catch {
                    do { try await loop.sleep(for: Self.acceptPause) } catch { break }
                }
            }
            group.cancelAll()
        }
    }

    private func waitForEnding() async {
        try? await endingChanged.wait { ending != nil }
    }

    /// The card stops: whoever serves it learns why.
    func end(_ ending: CardEnding) {
        if self.ending == nil { self.ending = ending }
        endingChanged.open()
    }

    /// Returns to the committed instance when the one on trial is not committed in time.
    private func watchTrial() async {
        guard let trialEnd, let seconds = start.trialSeconds else { return }
        guard (try? await loop.sleep(until: trialEnd)) != nil, let trial = flash.boot.trial else { return }
        let version = flash.boot.instances[trial.instance].version
        do throws(FlashFailure) {
            try flash.endTrial(
                "instance \(trial.instance) (\(version)) was not committed within \(seconds) s", at: loop.now.sinceStart
            )
        } catch {
            // The attempts are counted in flash: the card gives the instance up after the last one.
            if notePowerLoss(error) { return }
        }
        end(.restart)
    }

    /// - Returns: whether the failure is that of the power: then the card has stopped.
    func notePowerLoss(_ failure: FlashFailure) -> Bool {
        guard failure == .powerLost else { return false }
        end(.powerLost)
        return true
    }

    /// One session, from its connection to its end.
    private func serve(_ accepted: any Connection) async {
        let (connection, link) = linked(
            accepted, LinkSettings(bitsPerSecond: settings.linkBitsPerSecond, latency: settings.linkLatency), loop: loop
        )
        let end = await withTaskGroup(of: SessionEnd?.self) { group in
            group.addTask { await self.carry(link) }
            group.addTask { await self.converse(over: connection) }
            var end = SessionEnd.cancelled
            while let next = await group.next() { end = next ?? end }
            return end
        }
        sessionCount -= 1
        onSessionEnd(connection.remoteEndpoint, end)
    }

    /// Shakes hands where the link is secure, and serves the protocol to its end.
    private func converse(over transport: any Connection) async -> SessionEnd {
        let connection: any Connection
        do throws(ConnectionError) {
            connection = try await secured(transport)
        } catch {
            return error == .cancelled ? .cancelled : .failed(.connection(error))
        }
        let session = LoopBound(CardSession(connection, loop: loop), on: loop)
        return await withTaskGroup(of: SessionEnd?.self) { group in
            group.addTask { await self.receive(session) }
            group.addTask {
                await self.respond(session)
                return nil
            }
            group.addTask {
                await self.watchArrivals(session)
                return nil
            }
            var end = SessionEnd.cancelled
            // All but the last, which has no end of its own.
            for _ in 0..<2 { end = await group.next().flatMap { $0 } ?? end }
            group.cancelAll()
            return end
        }
    }

    private func secured(_ transport: any Connection) async throws(ConnectionError) -> any Connection {
        guard let security else { return transport }
        return try await TLSConnection.secured(transport, by: security, loop: loop)
    }

    /// Carries what the session writes over the card's link, until the connection ends.
    private func carry(_ link: LinkedConnection?) async -> SessionEnd? {
        await link?.pump()
        return nil
    }

    package var identity: CardIdentity {
        let trial = flash.boot.trial.flatMap { trial -> Trial? in
            guard let trialEnd, trial.instance == flash.boot.active else { return nil }
            return Trial(
                instance: UInt8(trial.instance), secondsLeft: loop.now.duration(to: trialEnd).wholeSecondsUp,
                attemptsLeft: UInt8(clamping: trial.attemptsLeft))
        }
        return CardIdentity(
            slot: settings.slot, hardwareType: settings.hardwareType, serialNumber: settings.serialNumber,
            softwareVersion: softwareVersion ?? flash.boot.instances[flash.boot.active].version,
            epoch: flash.boot.epoch, antiRollback: flash.boot.antiRollback,
            maximumSectionBytes: UInt32(settings.maximumSectionBytes), windowBytes: UInt32(settings.windowBytes),
            instanceCapacityBytes: UInt64(flash.layout.instanceCapacityBytes), instances: flash.boot.instances,
            wear: wear, failure: flash.boot.failure, trial: trial,
            interrupted: (downloader?.download?.progress ?? flash.interrupted)?.reported)
    }

    private var wear: FlashWear {
        guard let wear = try? flash.wear() else { return .none }
        return FlashWear(
            maximumEraseCount: UInt32(clamping: wear.maximumEraseCount),
            enduranceCycles: UInt32(clamping: wear.enduranceCycles ?? 0), badBlocks: UInt16(clamping: wear.badBlocks),
            spareBlocksLeft: UInt16(clamping: wear.sparesLeft))
    }

    /// A copy of the flash as it is now, for whoever inspects the card or turns its power off.
    package var flashModel: FlashModel { flash.model }
}

/// Why a card has stopped.
package enum CardEnding: Equatable, Sendable {
    /// Nobody serves it any more.
    case closed
    /// It boots anew, from its flash.
    case restart
    case powerLost
}

extension Duration {
    /// Never below zero.
    fileprivate var wholeSecondsUp: UInt32 {
        UInt32(clamping: components.seconds + (components.attoseconds > 0 ? 1 : 0))
    }
}

extension DownloadProgress {
    var reported: InterruptedDownload {
        InterruptedDownload(
            digest: digest, imageBytes: UInt64(imageBytes), programmedBytes: UInt64(programmedBytes))
    }
}
