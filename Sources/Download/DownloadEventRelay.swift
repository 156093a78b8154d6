package import Events
package import Runtime

/// Hands a download's events, and how its groups do, to whoever wants them as events of a run.
package struct DownloadEventRelay: DownloadObserver {
    private let sinks: [any RunEventSink]

    package init(to sinks: [any RunEventSink]) {
        self.sinks = sinks
    }

    package var takesSamples: Bool { !sinks.isEmpty }

    package func note(_ event: DownloadEvent, at instant: Instant) {
        guard let kind = EventKind(event) else { return }
        tell(kind, at: instant)
    }

    package func note(_ sample: GroupSample, at instant: Instant) {
        tell(.sample(sample), at: instant)
    }

    private func tell(_ kind: EventKind, at instant: Instant) {
        let event = RunEvent(seconds: instant.sinceStart.seconds, kind)
        for sink in sinks { sink.note(event) }
    }
}
