import CardLink
package import Runtime

/// Where card processes announce themselves to their simulator.
///
/// `run` accepts them; whoever waits for cards takes them from here, each once, as a lease.
package actor RendezvousDesk {
    /// How long a connection may take to announce its card.
    package static let announceTimeout = Duration.seconds(5)
    /// Connections that have not announced themselves yet; the others wait in the listener.
    package static let handshakeLimit = 1024
    /// Cards that announced themselves and nobody took; further ones are turned away.
    package static let waitingLimit = 4096
    /// How long to wait before the next connection is accepted when descriptors are scarce.
    private static let acceptPause = Duration.milliseconds(100)

    private let listener: any Listener
    private nonisolated let loop: any Loop
    private let changed: Gate
    private var waiting: [CardLease] = []
    private var handshakeCount = 0

    /// Takes over `listener`.
    package init(_ listener: any Listener, loop: any Loop) {
        self.listener = listener
        self.loop = loop
        changed = Gate(loop: loop)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// What cards are told with `--rendezvous`.
    package nonisolated var endpoint: Endpoint { listener.endpoint }

    /// Accepts cards until the task is cancelled; then lets go of those that nobody took.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while true {
                do throws(ConnectionError) {
                    let connection = try await listener.accept()
                    handshakeCount += 1
                    group.addTask { await self.welcome(connection) }
                    do {
                        try await changed.wait { handshakeCount < Self.handshakeLimit }
                    } catch {
                        throw ConnectionError.cancelled
                    }
                } catch .closed, .cancelled {
                    break
                } catch {
                    do { try await loop.sleep(for: Self.acceptPause) } catch { break }
                }
            }
            group.cancelAll()
        }
        listener.close()
        for lease in waiting { await lease.release() }
        waiting = []
    }

    private func welcome(_ connection: any Connection) async {
        let channel = LoopBound(RendezvousChannel(connection), on: loop)
        let message = try? await loop.withDeadline(Self.announceTimeout, "announcement") {
            try await self.receive(channel)
        }
        handshakeCount -= 1
        if case .announce(let announcement) = message, waiting.count < Self.waitingLimit, !Task.isCancelled {
            waiting.append(CardLease(announcement, channel, loop: loop))
        } else {
            connection.close()
        }
        changed.open()
    }

    private func receive(_ channel: LoopBound<RendezvousChannel>) async throws(LinkError) -> RendezvousMessage? {
        try await channel.value.receive()
    }

    // MARK: Taking cards

    /// Waits for the next card, whichever it is.
    ///
    /// - Throws: `DeadlinePassed`, `CancellationError`.
    package func nextCard(within limit: Duration) async throws -> CardLease {
        try await nextCard(before: loop.now.advanced(by: limit))
    }

    private func nextCard(before deadline: Instant) async throws -> CardLease {
        while waiting.isEmpty {
            try await loop.withDeadline(loop.now.duration(to: deadline), "announcement of a card") {
                try await self.waitForCard()
            }
        }
        return waiting.removeFirst()
    }

    private func waitForCard() async throws(CancellationError) {
        try await changed.wait { !waiting.isEmpty }
    }

    /// Waits until there is a card for each of `slots`. A card for another slot, or a second one for the same, is let go.
    ///
    /// - Returns: their leases, in the order of `slots`.
    /// - Throws: `RendezvousError.missing`, `CancellationError`; then those that came are let go.
    package func cards(inSlots slots: [UInt16], within limit: Duration) async throws -> [CardLease] {
        let deadline = loop.now.advanced(by: limit)
        let wanted = Set(slots)
        var found: [UInt16: CardLease] = [:]
        do {
            while found.count < wanted.count {
                let lease = try await nextCard(before: deadline)
                if wanted.contains(lease.slot) && found[lease.slot] == nil {
                    found[lease.slot] = lease
                } else {
                    await lease.release()
                }
            }
        } catch {
            for slot in slots { await found[slot]?.release() }
            guard error is DeadlinePassed else { throw error }
            throw RendezvousError.missing(slots: slots.filter { found[$0] == nil }, limit: limit)
        }
        return slots.compactMap { found[$0] }
    }
}
