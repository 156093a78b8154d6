import Runtime
import Settings

/// Which slots and addresses the groups of a plan have taken so far: none belongs to two.
struct CardClaims {
    private var groups: [UInt16: String] = [:]
    private var slots: [Endpoint: UInt16] = [:]
    /// The slots of cards that an image is read back from, where they are named.
    private var donors: [(slot: UInt16, setting: Setting)] = []

    /// - Returns: what is wrong with the slot being in the group; nil when nothing is.
    mutating func claim(_ slot: UInt16, by group: String) -> String? {
        guard let other = groups.updateValue(group, forKey: slot) else { return nil }
        return other == group ? "slot \(slot) stands twice" : "slot \(slot) is in group \(other) already"
    }

    /// - Returns: what is wrong with the slot having the address; nil when nothing is.
    mutating func claim(_ endpoint: Endpoint, by slot: UInt16) -> String? {
        slots.updateValue(slot, forKey: endpoint).map { "is \(endpoint), the address of slot \($0) too" }
    }

    /// An image is read back from the card in the slot.
    mutating func note(donor slot: UInt16, _ setting: Setting) {
        donors.append((slot, setting))
    }

    /// Reports the donors that are no cards of the plan, when all groups are read.
    func reportStrangers() {
        for donor in donors where groups[donor.slot] == nil {
            donor.setting.report("is slot \(donor.slot), which is not among the plan's cards")
        }
    }
}
