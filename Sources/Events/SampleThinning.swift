/// Which samples of a running group are kept, so that a long run's file does not grow with every one of them.
package struct SampleThinning: Sendable {
    private var keptSeconds: [String: Double] = [:]

    package init() {}

    /// Whether the event is to be kept: every one that is no sample, and a group's samples the rarer the older the run.
    package mutating func keeps(_ event: RunEvent) -> Bool {
        guard case .sample(let sample) = event.kind else { return true }
        if let kept = keptSeconds[sample.group], event.seconds - kept < event.seconds * EventLimits.sampleShare,
            !sample.cards.isEmpty
        {
            return false
        }
        keptSeconds[sample.group] = event.seconds
        return true
    }
}
