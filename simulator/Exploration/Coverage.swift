/// What a case, or a campaign, has met.
package struct Coverage: Equatable, Sendable {
    /// What every campaign must have met, or it has shown nothing.
    package enum Point: String, CaseIterable, Sendable {
        case detach
        case rejoin = "re-join"
        case donorRead = "donor read"
        case restResume = "REST resume"
        case firstRecordCopy = "booted by a boot record of an even block"
        case secondRecordCopy = "booted by a boot record of an odd block"
        case rollBack = "roll back"
        case unknownResolved = "unknown outcome resolved"
        case cardComesBack = "card comes back"
        case ceRestart = "CE restart"
    }

    private(set) var points: [Point: Int] = [:]
    private(set) var faults: [String: [String: Int]] = [:]

    mutating func note(_ point: Point) { points[point, default: 0] += 1 }
    mutating func note(fault: String, phase: String) { faults[fault, default: [:]][phase, default: 0] += 1 }

    mutating func add(_ other: Coverage) {
        points.merge(other.points, uniquingKeysWith: +)
        for (fault, phases) in other.faults {
            faults[fault, default: [:]].merge(phases, uniquingKeysWith: +)
        }
    }

    /// What was not met.
    package var missing: [Point] { Point.allCases.filter { points[$0] == nil } }

    /// By name, each with how often.
    package var lines: [String] {
        Point.allCases.map { "\($0.rawValue): \(points[$0] ?? 0)" }
            + faults.keys.sorted().map { fault in
                let phases = faults[fault]!.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                return "\(fault): \(phases.joined(separator: ", "))"
            }
    }
}
