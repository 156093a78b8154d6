import CardLink
import FlashModel
import LineCard
package import Runtime

/// The life of a card's process: it announces itself, learns what it is, and serves until its simulator lets it go.
package struct CardProcess: Sendable {
    /// The simulator listens before it starts a card; this is for a slow network.
    package static let connectTimeout = Duration.seconds(10)
    /// A simulator may wait for thousands of cards before it tells each what it is.
    package static let settingsTimeout = Duration.seconds(120)

    private let rendezvous: Endpoint
    private let slot: UInt16
    private let processID: Int32
    private let nodeName: String
    private let network: any Network
    private let loop: any Loop
    private let giveMemoryBack: @Sendable () -> Void
    private let log: @Sendable (String) -> Void

    /// - Parameters:
    ///   - giveMemoryBack: called where the card has just needed more than it will.
    ///   - log: is handed a line for each connection that did not end in order.
    package init(
        rendezvous: Endpoint, slot: UInt16, processID: Int32, nodeName: String, network: any Network, loop: any Loop,
        giveMemoryBack: @escaping @Sendable () -> Void = {}, log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.rendezvous = rendezvous
        self.slot = slot
        self.processID = processID
        self.nodeName = nodeName
        self.network = network
        self.loop = loop
        self.giveMemoryBack = giveMemoryBack
        self.log = log
    }

    /// Runs until the simulator lets the card go, or the task is cancelled.
    package func run() async -> CardExit {
        do {
            let lease = try await loop.withDeadline(Self.connectTimeout, "connection to \(rendezvous)") {
                try await network.connect(to: rendezvous, options: SocketOptions())
            }
            defer { lease.close() }
            // Peers reach the card where it reaches its simulator from: on a cluster node, not on loopback.
            let listener = try network.listen(
                on: Endpoint(host: lease.localEndpoint.host, port: 0), options: LineCard.socketOptions)
            defer { listener.close() }
            return try await serve(listener, LoopBound(RendezvousChannel(lease), on: loop))
        } catch is CancellationError {
            return .cancelled
        } catch LinkError.connection(.cancelled), ConnectionError.cancelled {
            return .cancelled
        } catch {
            return .unavailable("rendezvous \(rendezvous): \(error)")
        }
    }

    private func serve(_ listener: any Listener, _ channel: LoopBound<RendezvousChannel>) async throws -> CardExit {
        try await channel.value.send(
            .announce(
                CardAnnouncement(slot: slot, processID: processID, nodeName: nodeName, endpoint: listener.endpoint)))
        let reply = try await loop.withDeadline(Self.settingsTimeout, "settings") { try await channel.value.receive() }
        guard case .settings(let assignment) = reply else {
            return reply == nil ? .leaseEnded : .unavailable("rendezvous \(rendezvous): not a card's settings")
        }
        let card: LineCard
        do {
            card = try makeCard(assignment)
        } catch {
            try? await channel.value.send(.failed("\(error)"))
            return .flashFailed("\(error)")
        }
        try await channel.value.send(.ready)
        giveMemoryBack()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await card.serve(listener) }
            // The simulator has nothing more to say: anything but silence is the end.
            group.addTask { _ = try? await channel.value.receive() }
            await group.next()
            group.cancelAll()
        }
        return Task.isCancelled ? .cancelled : .leaseEnded
    }

    private func makeCard(_ assignment: CardAssignment) throws -> LineCard {
        let profile = assignment.settings.flash
        let flash =
            if let path = assignment.flashPath {
                FlashModel(profile, storage: try FileFlashStorage(path: path, profile: profile))
            } else {
                FlashModel(profile)
            }
        return try LineCard(assignment.settings, flash: flash, loop: loop) { [giveMemoryBack, log, slot] peer, end in
            giveMemoryBack()
            if case .failed(let error) = end { log("slot \(slot): connection from \(peer): \(error)") }
        }
    }
}

/// How a card's process ended, and its exit code (sysexits.h).
package enum CardExit: Equatable, Sendable {
    case leaseEnded
    /// By a signal.
    case cancelled
    /// The rendezvous is not to be had.
    case unavailable(String)
    case flashFailed(String)

    package var code: Int32 {
        switch self {
        case .leaseEnded, .cancelled: 0
        case .unavailable: 69
        case .flashFailed: 74
        }
    }

    /// What went wrong; nil when nothing did.
    package var message: String? {
        switch self {
        case .leaseEnded, .cancelled: nil
        case .unavailable(let text), .flashFailed(let text): text
        }
    }
}
