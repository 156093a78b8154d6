/// Something that a scenario does to its shelf.
package struct FaultMark: Equatable, Sendable {
    package enum Phase: String, Codable, CaseIterable, Sendable {
        /// It lasts from here …
        case begins
        /// … to here.
        case ends
        /// It happens, and is over.
        case happens
    }

    /// In the scenario's words: `power_loss`, `partition`.
    package var what: String
    /// Likewise: `slot 7`, `server`.
    package var target: String
    /// The card, if it is one.
    package var slot: Int?
    package var phase: Phase
    /// For a person.
    package var detail: String?

    package init(what: String, target: String, slot: Int? = nil, phase: Phase = .happens, detail: String? = nil) {
        self.what = what
        self.target = target
        self.slot = slot
        self.phase = phase
        self.detail = detail
    }
}
