package import Events
package import Runtime

/// Several observers as one, told in order.
package struct DownloadObservers: DownloadObserver {
    private let all: [any DownloadObserver]
    package let takesSamples: Bool

    package init(_ all: [any DownloadObserver]) {
        self.all = all
        takesSamples = all.contains(where: \.takesSamples)
    }

    package func note(_ event: DownloadEvent, at instant: Instant) {
        for observer in all { observer.note(event, at: instant) }
    }

    package func note(_ sample: GroupSample, at instant: Instant) {
        for observer in all { observer.note(sample, at: instant) }
    }
}
