import ArgumentParser

/// Slots from the command line: `1-4,7`.
struct SlotSelection: ExpressibleByArgument {
    /// As it was typed.
    let text: String
    private let ranges: [ClosedRange<UInt16>]

    init?(argument: String) {
        var ranges: [ClosedRange<UInt16>] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first > 0,
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
        text = argument
    }

    func contains(_ slot: UInt16) -> Bool {
        ranges.contains { $0.contains(slot) }
    }

    /// The ranges that name none of `slots`.
    func strangers(to slots: [UInt16]) -> [String] {
        ranges.filter { range in !slots.contains { range.contains($0) } }
            .map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    }
}
