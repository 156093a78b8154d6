import Runtime

/// Which slots and addresses have been taken so far by the groups of a plan, and by its inventory: none belongs to two.
struct CardClaims {
    private var owners: [UInt16: String] = [:]
    private var slots: [Endpoint: UInt16] = [:]

    /// - Parameter owner: such as `group adsl`.
    /// - Returns: what is wrong with the slot being its; nil when nothing is.
    mutating func claim(_ slot: UInt16, by owner: String) -> String? {
        guard let other = owners.updateValue(owner, forKey: slot) else { return nil }
        return other == owner ? "slot \(slot) stands twice" : "slot \(slot) is in \(other) already"
    }

    /// - Returns: what is wrong with the slot having the address; nil when nothing is.
    mutating func claim(_ endpoint: Endpoint, by slot: UInt16) -> String? {
        slots.updateValue(slot, forKey: endpoint).map { "is \(endpoint), the address of slot \($0) too" }
    }
}
