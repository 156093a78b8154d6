import CardDialogue

/// Which cards hold how much of the image, in flash: whoever is behind can read it back from them, and the transfer agent too.
///
/// Owned by the software management agent, in its isolation.
final class DonorBoard {
    private struct Entry {
        var target: CardTarget
        /// nil: the card says so itself when it is asked.
        var instance: UInt8?
        /// nil: the card holds the whole image.
        var session: CardSession?
        var readerCount = 0
        var standing = Standing.asked
    }

    private enum Standing {
        case asked
        /// It did not answer; it may later.
        case away
        /// It answered with something else.
        case distrusted
    }

    /// A card to read from.
    struct Donor {
        let index: Int
        let target: CardTarget
        let instance: UInt8?
    }

    private let imageBytes: UInt64
    /// By the card's place in the group; those of other groups follow.
    private var entries: [Int: Entry] = [:]
    /// What was read from each card, and why nothing more is; by slot.
    private var accounts: [Int: DonorAccount] = [:]

    init(imageBytes: UInt64) {
        self.imageBytes = imageBytes
    }

    /// The card gets the image, and has what it says to have programmed.
    func add(_ index: Int, _ target: CardTarget, instance: UInt8?, session: CardSession?) {
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
        entries[donor.index].map { $0.standing == .asked && heldBytes($0) >= end } ?? false
    }

    /// Takes the least used card that has the image up to `end`.
    func take(upTo end: UInt64, for index: Int) -> Donor? {
        take { $0.key != index && heldBytes($0.value) >= end }
    }

    /// Takes the least used card that has the whole image.
    ///
    /// - Parameter slot: only this one; nil: any.
    func takeWhole(slot: Int?) -> Donor? {
        take { $0.value.session == nil && (slot == nil || $0.value.target.slot == slot) }
    }

    /// How many cards have the whole image, and are believed to give it.
    func wholeCount(slot: Int?) -> Int {
        entries.values.count { $0.standing == .asked && $0.session == nil && (slot == nil || $0.target.slot == slot) }
    }

    private func take(_ isAble: ((key: Int, value: Entry)) -> Bool) -> Donor? {
        let able = entries.filter { $0.value.standing == .asked && isAble($0) }
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

    /// So much was read from the card, and is right.
    func count(_ bytes: Int, from donor: Donor) {
        accounts[donor.target.slot, default: DonorAccount(slot: donor.target.slot)].bytes += UInt64(bytes)
    }

    /// The card did not answer, or with something else.
    func leave(_ donor: Donor, isAway: Bool, _ complaint: String) {
        entries[donor.index]?.standing = isAway ? .away : .distrusted
        var account = accounts[donor.target.slot] ?? DonorAccount(slot: donor.target.slot)
        account.complaint = complaint
        account.isDistrusted = !isAway
        accounts[donor.target.slot] = account
    }

    /// Cards that did not answer are asked again.
    func forgetAbsences() {
        for index in entries.keys where entries[index]!.standing == .away { entries[index]!.standing = .asked }
    }

    /// Whether a card other than `index` may have more of it later.
    func hasHope(for index: Int, beyond offset: UInt64) -> Bool {
        entries.contains { entry in
            guard entry.key != index && entry.value.standing == .asked else { return false }
            return heldBytes(entry.value) > offset || entry.value.session.map { $0.sentBytes > offset } ?? true
        }
    }

    /// What was read from whom, by slot.
    var report: [DonorAccount] {
        accounts.values.sorted { $0.slot < $1.slot }
    }
}
