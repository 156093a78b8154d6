/// An event as `expect.order` names it: whose, and what.
package struct EventPattern: Equatable, Sendable, CustomStringConvertible {
    /// What happens to a card.
    package static let cardNames = [
        "detached", "attached", "lost", "restarted", "verified", "success", "skipped", "failed", "aborted", "activated",
        "committed", "rolled-back",
    ]
    /// What happens to the server's stream, to the CE and to roll-outs.
    package static let otherNames = ["interrupted", "resumed", "complete", "stopped", "started", "killed"]
    static let names = cardNames + otherNames + ["fault"]
    static let expectation =
        "slot N EVENT, server EVENT, ce EVENT or fault NAME, with an event such as detached, success or interrupted"

    /// nil: the server's, the CE's, or any card's where the name is a card's.
    package var slot: UInt16?
    /// `fault NAME` for a fault that fires.
    package var name: String

    package init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("slot", 3):
            guard let slot = UInt16(words[1]), slot > 0, Self.cardNames.contains(words[2]) else { return nil }
            self.slot = slot
            name = words[2]
        case ("slot", 4) where words[2] == "fault":
            guard let slot = UInt16(words[1]), slot > 0 else { return nil }
            self.slot = slot
            name = "fault \(words[3])"
        case ("fault", 2): name = "fault \(words[1])"
        case ("server", 2), ("ce", 2):
            guard Self.otherNames.contains(words[1]) else { return nil }
            name = "\(words[0]) \(words[1])"
        default: return nil
        }
    }

    /// Only who sees into the engine knows of it.
    package var isOfEngine: Bool {
        name.hasPrefix("server ") || name == "ce stopped"
            || ["detached", "attached", "lost", "verified", "activated", "committed", "rolled-back"].contains(name)
    }

    package var description: String { slot.map { "slot \($0) \(name)" } ?? name }
}
