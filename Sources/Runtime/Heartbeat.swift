/// A beat every 10 ms on a loop, which measures by how much it comes late: how long anybody else on the loop may have to wait.
///
/// Owned by whoever runs it; touched on the loop alone.
package final class Heartbeat: Sendable {
    package static let period: Duration = .milliseconds(10)

    private let loop: any Loop
    private let beats: LoopBound<LatenessHistogram>

    package init(loop: any Loop) {
        self.loop = loop
        beats = LoopBound(LatenessHistogram(), on: loop)
    }

    package var lateness: LatenessHistogram { beats.value }

    /// Beats until the task is cancelled.
    package func run() async {
        var due = loop.now.advanced(by: Self.period)
        while (try? await loop.sleep(until: due)) != nil {
            let now = loop.now
            // Each beat that fell into a long turn is late, not the first alone.
            while due <= now {
                beats.value.add(due.duration(to: now))
                due = due.advanced(by: Self.period)
            }
        }
    }
}
