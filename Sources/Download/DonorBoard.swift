import CardDialogue

/// Which cards of a group hold how much of the image, in flash: whoever is behind can read it back from them.
///
/// Owned by the software management agent, in its isolation.
final class DonorBoard {
    private struct Entry {
        var target: CardTarget
        var instance: UInt8
        /// nil: the card holds the whole image.
        var session: CardSession?
        var readerCount = 0
        var isTrusted = true
    }

    /// A card to read from.
    struct Donor {
        let index: Int
        let target: CardTarget
        let instance: UInt8
    }

    private let imageBytes: UInt64
    private var entries: [Int: Entry] = [:]

    init(imageBytes: UInt64) {
        self.imageBytes = imageBytes
    }

    /// The card gets the image, and has what it says to have programmed.
    func add(_ index: Int, _ target: CardTarget, instance: UInt8, session: CardSession?) {
        entries[index] = Entry(target: target, instance: instance, session: session)
    }

    /// The card holds all of it, verified.
    func complete(_ index: Int) {
        entries[index]?.session = nil
    }

    func remove(_ index: Int) {
        entries[index] = nil
    }

    private func heldBytes(_ entry: Entry) -> UInt64 {
        entry.session?.programmedBytes ?? imageBytes
    }

    /// Whether a card other than `index` has the image up to `end`.
    func has(_ donor: Donor, upTo end: UInt64) -> Bool {
        entries[donor.index].map { $0.isTrusted && heldBytes($0) >= end } ?? false
    }

    /// Takes the least used card that has the image up to `end`.
    func take(upTo end: UInt64, for index: Int) -> Donor? {
        let able = entries.filter { $0.key != index && $0.value.isTrusted && heldBytes($0.value) >= end }
        // By index where they are alike: a dictionary has no order.
        guard let best = able.min(by: { ($0.value.readerCount, $0.key) < ($1.value.readerCount, $1.key) }) else {
            return nil
        }
        entries[best.key]!.readerCount += 1
        return Donor(index: best.key, target: best.value.target, instance: best.value.instance)
    }

    func give(_ donor: Donor) {
        entries[donor.index]?.readerCount -= 1
    }

    /// The card did not answer, or with something else.
    func distrust(_ donor: Donor) {
        entries[donor.index]?.isTrusted = false
    }

    /// Whether a card other than `index` may have more of it later.
    func hasHope(for index: Int, beyond offset: UInt64) -> Bool {
        entries.contains { entry in
            guard entry.key != index && entry.value.isTrusted else { return false }
            return heldBytes(entry.value) > offset || entry.value.session.map { $0.sentBytes > offset } ?? true
        }
    }
}
