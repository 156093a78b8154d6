package import Runtime

/// What has happened in a run, in order: for expectations of an order, and to explain those that failed.
///
/// Touched on the loop alone.
package final class RunEvents: Sendable {
    package struct Event: Equatable, Sendable {
        /// Since the run's start.
        package var at: Duration
        package var slot: Int?
        /// In the words of `expect.order`.
        package var name: String
        package var reason: String?

        package init(at: Duration, slot: Int?, name: String, reason: String?) {
            self.at = at
            self.slot = slot
            self.name = name
            self.reason = reason
        }
    }

    /// Ten thousand cards with ten events each; later ones are not kept.
    package static let limit = 100_000

    private let events: LoopBound<[Event]>
    private let loop: any Loop
    private let startedAt: Instant

    package init(loop: any Loop) {
        self.loop = loop
        startedAt = loop.now
        events = LoopBound([], on: loop)
    }

    package func note(_ name: String, slot: Int? = nil, reason: String? = nil) {
        guard events.value.count < Self.limit else { return }
        events.value.append(Event(at: startedAt.duration(to: loop.now), slot: slot, name: name, reason: reason))
    }

    package var all: [Event] { events.value }
}
