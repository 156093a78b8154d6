package import Events
package import Runtime

/// Keeps the events of a run, in their order.
package final class RunEventLog: RunEventSink {
    private let kept: LoopBound<(events: [RunEvent], thinning: SampleThinning)>

    package init(loop: any Loop) {
        kept = LoopBound(([], SampleThinning()), on: loop)
    }

    package func note(_ event: RunEvent) {
        guard kept.value.thinning.keeps(event) else { return }
        kept.value.events.append(event)
    }

    package var events: [RunEvent] { kept.value.events }
}
