import CardLink
package import CardSoftware
import FlashModel
import LineCard
package import Runtime
import TLS

/// The life of a card's process: it announces itself, learns what it is, and serves until its simulator lets it go.
package struct CardProcess: Sendable {
    /// The simulator listens before it starts a card; this is for a slow network.
    package static let connectTimeout = Duration.seconds(10)
    /// A simulator may wait for thousands of cards before it tells each what it is.
    package static let settingsTimeout = Duration.seconds(120)

    /// What the command line said.
    private let command: CardCommand
    private let processID: Int32
    private let nodeName: String
    private let softwareVersion: String?
    private let network: any Network
    private let loop: any Loop
    private let host: CardHost

    /// - Parameters:
    ///   - softwareVersion: what the program says of itself, if it says anything.
    ///   - host: what only a process of its own can do for the card.
    package init(
        _ command: CardCommand, processID: Int32, nodeName: String, softwareVersion: String? = nil,
        network: any Network, loop: any Loop, host: CardHost = CardHost()
    ) {
        self.command = command
        self.processID = processID
        self.nodeName = nodeName
        self.softwareVersion = softwareVersion
        self.network = network
        self.loop = loop
        self.host = host
    }

    /// Runs until the simulator lets the card go, or the task is cancelled.
    package func run() async -> CardExit {
        do {
            let lease = try await loop.withDeadline(Self.connectTimeout, "connection to \(command.rendezvous)") {
                try await network.connect(to: command.rendezvous, options: SocketOptions())
            }
            defer { lease.close() }
            // Peers reach the card where it reaches its simulator from: on a cluster node, not on loopback. A card that was
            // restarted is where it was.
            let listener = try network.listen(
                on: Endpoint(host: lease.localEndpoint.host, port: command.port), options: LineCard.socketOptions)
            defer { listener.close() }
            return try await serve(listener, LoopBound(RendezvousChannel(lease), on: loop))
        } catch is CancellationError {
            return .cancelled
        } catch LinkError.connection(.cancelled), ConnectionError.cancelled {
            return .cancelled
        } catch {
            return .unavailable("rendezvous \(command.rendezvous): \(error)")
        }
    }

    private func serve(_ listener: any Listener, _ channel: LoopBound<RendezvousChannel>) async throws -> CardExit {
        try await channel.value.send(
            .announce(
                CardAnnouncement(
                    slot: command.slot, processID: processID, nodeName: nodeName, endpoint: listener.endpoint)))
        let reply = try await loop.withDeadline(Self.settingsTimeout, "settings") { try await channel.value.receive() }
        guard case .settings(let assignment) = reply else {
            return reply == nil ? .leaseEnded : .unavailable("rendezvous \(command.rendezvous): not a card's settings")
        }
        // Before the card takes memory of its own: thousands of cards share a machine.
        channel.value.shrink()
        let card: PoweredCard
        do {
            card = try makeCard(assignment, port: listener.endpoint.port)
        } catch CardError.flash(.powerLost) {
            return .powerLost
        } catch {
            try? await channel.value.send(.failed("\(error)"))
            return .flashFailed("\(error)")
        }
        try await channel.value.send(.ready)
        host.giveMemoryBack()
        let exit = await withTaskGroup(of: CardExit.self) { group in
            group.addTask { await serve(card, listener) }
            group.addTask {
                // The simulator has nothing more to say: anything but silence is the end.
                await channel.value.waitForMore()
                return .leaseEnded
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .cancelled
        }
        return Task.isCancelled ? .cancelled : exit
    }

    private func serve(_ card: PoweredCard, _ listener: any Listener) async -> CardExit {
        do throws(CardError) {
            return try await card.run(on: listener) == .powerLost ? .powerLost : .leaseEnded
        } catch {
            return error == .flash(.powerLost) ? .powerLost : .flashFailed(error.description)
        }
    }

    private func makeCard(_ assignment: CardAssignment, port: UInt16) throws -> PoweredCard {
        let settings = assignment.settings
        // A card whose links are clear never enters libssl, which would cost it its memory.
        let security = try settings.credentials.map { try TLSContext($0, of: .card) }
        var flash =
            if let path = assignment.flashPath {
                FlashModel(
                    settings.flash,
                    storage: try FileFlashStorage(path: path, profile: settings.flash, faults: settings.faults),
                    faults: settings.faults)
            } else {
                FlashModel(settings.flash, faults: settings.faults)
            }
        if let cut = command.powerCut { flash.arm(cut) }
        let onSessionEnd: @Sendable (Endpoint, SessionEnd) -> Void = { [host, slot = command.slot] peer, end in
            host.giveMemoryBack()
            if case .failed(let error) = end { host.log("slot \(slot): connection from \(peer): \(error)") }
        }
        let boot: @Sendable (CardFlash, CardFlash.Start) -> Void = { [command, host] flash, start in
            host.runImage(flash, command.running(start, port: port))
        }
        guard let booted = command.booted else {
            return try PoweredCard(
                settings, flash: flash, security: security, loop: loop, boot: boot, onSessionEnd: onSessionEnd)
        }
        let now = loop.now.sinceStart
        let mounted = try CardFlash(
            flash, factoryVersion: settings.factoryVersion, policy: settings.bootPolicy, at: now)
        let start = CardFlash.Start(
            instance: booted.instance, trialSeconds: booted.trialSeconds, end: max(now, mounted.model.busyUntil))
        return PoweredCard(
            running: LineCard(
                settings, flash: mounted, start: start, softwareVersion: softwareVersion, security: security,
                loop: loop, onSessionEnd: onSessionEnd),
            security: security, boot: boot, loop: loop, onSessionEnd: onSessionEnd)
    }
}

/// What a card needs of the process that it is.
package struct CardHost: Sendable {
    /// Called where the card has just needed more memory than it will.
    package var giveMemoryBack: @Sendable () -> Void = {}
    /// Is handed a line for each connection that did not end in order.
    package var log: @Sendable (String) -> Void = { _ in }
    /// Runs what was booted as this process, if it is a program: then it does not return.
    package var runImage: @Sendable (CardFlash, CardCommand) -> Void = { _, _ in }

    package init() {}
}

/// How a card's process ended, and its exit code (sysexits.h).
package enum CardExit: Equatable, Sendable {
    case leaseEnded
    /// By a signal.
    case cancelled
    /// The rendezvous is not to be had.
    case unavailable(String)
    case flashFailed(String)
    /// At the operation that the command line named.
    case powerLost

    package var code: Int32 {
        switch self {
        // By a signal, before anybody could ask: nothing that dies of a loss of power has an exit code.
        case .leaseEnded, .cancelled, .powerLost: 0
        case .unavailable: 69
        case .flashFailed: 74
        }
    }

    /// What went wrong; nil when nothing did.
    package var message: String? {
        switch self {
        case .leaseEnded, .cancelled, .powerLost: nil
        case .unavailable(let text), .flashFailed(let text): text
        }
    }
}
