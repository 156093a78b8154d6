/// What all groups' downloads came to, before it is made into a report.
package struct ShelfResult: Equatable, Sendable {
    /// In the order in which they were asked for.
    package var groups: [GroupResult]
    /// What the groups shared, in bytes: as it was at the end.
    package var budgetBytes: Int
    /// The most that all pools together held at any time.
    package var peakBytes: Int

    package init(groups: [GroupResult], budgetBytes: Int, peakBytes: Int) {
        self.groups = groups
        self.budgetBytes = budgetBytes
        self.peakBytes = peakBytes
    }

    /// From the start of the first group to the end of the last.
    package var elapsed: Duration {
        groups.map { $0.startedAfter + $0.elapsed }.max() ?? .zero
    }
}
