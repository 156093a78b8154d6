/// A beat every 10 ms on a loop, which measures by how much it comes late: how long anybody else on the loop may have to wait.
///
/// An actor of the loop, so that it is resumed in one turn and not in several.
package actor Heartbeat {
    package static let period: Duration = .milliseconds(10)

    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let beats: LoopBound<LatenessHistogram>

    package init(loop: any Loop) {
        self.loop = loop
        beats = LoopBound(LatenessHistogram(), on: loop)
    }

    /// To be asked for on the loop.
    package nonisolated var lateness: LatenessHistogram { beats.value }

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
