/// The value of a fault's parameter, with its unit in its case.
package enum FaultValue: Equatable, Sendable {
    case duration(Duration)
    case bytes(UInt64)
    case bitsPerSecond(UInt64)
    /// A share from 0 to 1, or a factor.
    case number(Double)
    case count(Int)
    case choice(String)
}

/// The parameters of one fault: what was said, and the defaults for the rest.
package struct FaultValues: Equatable, Sendable {
    /// By name, in the order of the definition; a parameter that was left out and has no default is not among them.
    package private(set) var entries: [Entry] = []

    package struct Entry: Equatable, Sendable {
        package var name: String
        package var value: FaultValue
    }

    package init() {}

    package mutating func set(_ name: String, _ value: FaultValue) {
        entries.append(Entry(name: name, value: value))
    }

    package subscript(name: String) -> FaultValue? {
        entries.first { $0.name == name }?.value
    }

    // What a definition says is there, is there: its reader has seen to it.

    func duration(_ name: String) -> Duration {
        guard case .duration(let value)? = self[name] else { preconditionFailure("no duration \(name)") }
        return value
    }

    func bytes(_ name: String) -> UInt64? {
        guard case .bytes(let value)? = self[name] else { return nil }
        return value
    }

    func bitsPerSecond(_ name: String) -> UInt64 {
        guard case .bitsPerSecond(let value)? = self[name] else { preconditionFailure("no rate \(name)") }
        return value
    }

    func number(_ name: String) -> Double {
        guard case .number(let value)? = self[name] else { preconditionFailure("no number \(name)") }
        return value
    }

    func count(_ name: String) -> Int? {
        guard case .count(let value)? = self[name] else { return nil }
        return value
    }

    func choice(_ name: String) -> String {
        guard case .choice(let value)? = self[name] else { preconditionFailure("no choice \(name)") }
        return value
    }
}
