package import CardLink
import CardProtocol
package import LineCard
import Runtime

/// The simulator's hold on one card process: as long as it is open, the card lives; when the card dies, it ends.
///
/// Must be released, or be lost: an actor does not close its connection by itself.
package actor CardLease {
    /// How long a card may take from its settings to being ready: it opens its flash file.
    package static let readyTimeout = Duration.seconds(30)

    package nonisolated let announcement: CardAnnouncement
    private nonisolated let loop: any Loop
    private let channel: LoopBound<RendezvousChannel>
    /// What befell the card before it was ready.
    private var earlyFirings: [Int] = []

    init(_ announcement: CardAnnouncement, _ channel: LoopBound<RendezvousChannel>, loop: any Loop) {
        self.announcement = announcement
        self.channel = channel
        self.loop = loop
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package nonisolated var slot: UInt16 { announcement.slot }

    /// Tells the card what it is, and waits until it serves at `announcement.endpoint`.
    ///
    /// - Throws: `failed`, `lost`, `notReady`; or `CancellationError`.
    package func start(_ assignment: CardAssignment, within limit: Duration = CardLease.readyTimeout) async throws {
        do {
            try await loop.withDeadline(limit, "ready card") { try await self.exchange(assignment) }
        } catch is DeadlinePassed {
            throw RendezvousError.notReady(slot: slot, limit: limit)
        }
    }

    private func exchange(_ assignment: CardAssignment) async throws {
        let answer: RendezvousMessage?
        do throws(LinkError) {
            try await channel.value.send(.settings(assignment))
            var next = try await channel.value.receive()
            while case .fired(let number) = next {
                earlyFirings.append(number)
                next = try await channel.value.receive()
            }
            answer = next
        } catch {
            if error == .connection(.cancelled) { throw CancellationError() }
            throw RendezvousError.lost(slot: slot, error)
        }
        switch answer {
        case .ready: return
        case .failed(let reason): throw RendezvousError.failed(slot: slot, reason: reason)
        case nil: throw RendezvousError.lost(slot: slot, nil)
        case .announce, .settings, .fired, .order:
            throw RendezvousError.lost(slot: slot, .violation(.unexpected("another message where ready was due")))
        }
    }

    /// Tells the card what to do about a fault of its script. Nothing happens where the card is gone.
    package func send(_ order: CardCues.Order, number: Int) async {
        try? await channel.value.send(.order(order, number: number))
    }

    /// Waits until a fault of its script befalls the card.
    ///
    /// - Returns: the fault's number; nil when the card's process is gone.
    package func nextFiring() async -> Int? {
        guard earlyFirings.isEmpty else { return earlyFirings.removeFirst() }
        guard case .fired(let number)? = try? await channel.value.receive() else { return nil }
        return number
    }

    /// Waits until the card's process is gone. A card that was killed is noticed at once, a machine that was lost after
    /// `SocketOptions.deadPeerTimeout`.
    ///
    /// - Returns: how it ended: nil when it closed the connection, as a process that ends does.
    /// - Throws: when the task is cancelled.
    package func waitUntilLost() async throws(CancellationError) -> LinkError? {
        do throws(LinkError) {
            guard try await channel.value.receive() != nil else { return nil }
            return .violation(.unexpected("a message from a card that serves"))
        } catch {
            if error == .connection(.cancelled) { throw CancellationError() }
            return error
        }
    }

    /// Lets the card go: it finishes its flash operation and ends.
    package func release() {
        channel.value.connection.close()
    }
}
