import Runtime

/// Which slots and addresses the groups of a plan have taken so far: none belongs to two.
struct CardClaims {
    private var groups: [UInt16: String] = [:]
    private var slots: [Endpoint: UInt16] = [:]

    /// - Returns: what is wrong with the slot being in the group; nil when nothing is.
    mutating func claim(_ slot: UInt16, by group: String) -> String? {
        guard let other = groups.updateValue(group, forKey: slot) else { return nil }
        return other == group ? "slot \(slot) stands twice" : "slot \(slot) is in group \(other) already"
    }

    /// - Returns: what is wrong with the slot having the address; nil when nothing is.
    mutating func claim(_ endpoint: Endpoint, by slot: UInt16) -> String? {
        slots.updateValue(slot, forKey: endpoint).map { "is \(endpoint), the address of slot \($0) too" }
    }
}
