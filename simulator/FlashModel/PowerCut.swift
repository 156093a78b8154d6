/// The loss of power at one operation of the flash.
package struct PowerCut: Equatable, Sendable {
    /// The operation that is cut: the first after arming is 1. Each erased block, and each program unit, is one.
    package var operation: Int
    package var torn: TornMode
    /// From which what is torn, and what is lost out of order, is drawn.
    package var seed: UInt64

    package init(operation: Int, torn: TornMode, seed: UInt64 = 0) {
        precondition(operation >= 1, "operations are counted from 1")
        self.operation = operation
        self.torn = torn
        self.seed = seed
    }
}

/// What the operation leaves that loses its power (after mcuboot's simulator, which knows `none`, and littlefs `emubd`).
package enum TornMode: UInt8, CaseIterable, Sendable {
    /// Nothing: the cut came just before it.
    case none
    /// A part from the front: the first bytes of a program unit, the first units of an erased block.
    case prefix
    /// Cells that read as anything, and are not erased.
    case garbage
    /// All of it, and only the caller does not know.
    case complete

    package var name: String { "\(self)" }

    package init?(named name: some StringProtocol) {
        guard let mode = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = mode
    }
}

/// In which order a part makes operations persistent.
package enum FlashPersistence: Equatable, Sendable {
    /// As they were asked for.
    case inOrder
    /// In order within an erase block, in any order between blocks. `window` is how many of the newest operations may be lost with
    /// the power; a barrier makes all before it persistent.
    case outOfOrder(window: Int)
}

/// The power of a flash: whether it is there, when it will fail, and what is not persistent yet.
struct FlashPower: Sendable {
    /// What undoes one operation that may be lost.
    struct Pending: Sendable {
        let block: Int
        /// As the block was before.
        let before: FlashBlockImage
    }

    var isOn = true
    var persistence = FlashPersistence.inOrder
    private(set) var pending: [Pending] = []
    private(set) var cut: PowerCut?
    /// How many operations will still be done whole.
    private(set) var remaining = Int.max

    mutating func arm(_ cut: PowerCut?) {
        self.cut = cut
        remaining = cut.map { $0.operation - 1 } ?? .max
    }

    /// How many of the next `count` operations are done before the cut.
    func whole(of count: Int) -> Int { min(count, remaining) }

    mutating func note(_ count: Int) {
        if cut != nil { remaining -= count }
    }

    /// Remembers an operation that a loss of power may undo.
    mutating func remember(_ operation: Pending) {
        guard case .outOfOrder(let window) = persistence, window > 0 else { return }
        if pending.count >= window { pending.removeFirst(pending.count - window + 1) }
        pending.append(operation)
    }

    mutating func forgetPending() {
        pending = []
    }
}
