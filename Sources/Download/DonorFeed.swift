import Runtime

/// The image's blocks on their way from donor cards to the pool: which are being read, which have come.
///
/// One block's memory stands ready for the block that is needed next, so that it can always be read; further ones take what the group can
/// spare. Owned by one fetch, in the isolation of its group.
final class DonorFeed {
    private struct Slot {
        /// nil while it is read.
        var block: Block?
        /// It lies in the memory that stands ready; else in memory of its own.
        var isStanding: Bool
    }

    /// A block that is right, and the slot of the card that it came from.
    struct Block {
        let bytes: [UInt8]
        let slot: Int
    }

    private let pool: BufferPool
    /// Of a digest block.
    private let blockBytes: Int
    /// The block that the pool needs next, and the one behind the image's last.
    private(set) var next: Int
    private let end: Int
    private var slots: [Int: Slot] = [:]
    private var isStandingFree = true
    /// Tasks that read.
    private(set) var readerCount: Int
    /// Opened after every change.
    let changed: Gate

    /// - Precondition: a block's memory is reserved in the pool; `close` gives it back.
    init(pool: BufferPool, blockBytes: Int, blocks: Range<Int>, readerCount: Int, loop: any Loop) {
        self.pool = pool
        self.blockBytes = blockBytes
        next = blocks.lowerBound
        end = blocks.upperBound
        self.readerCount = readerCount
        changed = Gate(loop: loop)
        pool.relieve = { [unowned self] in relieve() }
    }

    var isDone: Bool { next == end }

    // MARK: For those who read

    /// Takes the first block that nobody reads and that there is memory for; nil when there is none now.
    func claim() -> Int? {
        guard let block = (next..<end).first(where: { slots[$0] == nil }) else { return nil }
        let isStanding = block == next && isStandingFree
        if isStanding {
            isStandingFree = false
        } else if !pool.tryReserve(blockBytes) {
            return nil
        }
        slots[block] = Slot(block: nil, isStanding: isStanding)
        return block
    }

    /// Waits until there may be something to claim, or nothing more will be.
    func waitForClaim() async throws(CancellationError) {
        let before = (next, slots.count)
        try await changed.wait { isDone || before != (next, slots.count) }
    }

    func deliver(_ block: Int, _ bytes: [UInt8], from slot: Int) {
        slots[block]!.block = Block(bytes: bytes, slot: slot)
        relieve()
        changed.open()
    }

    /// The block was not read; somebody else may.
    func giveUp(_ block: Int) {
        remove(block)
        changed.open()
    }

    func readerEnds() {
        readerCount -= 1
        changed.open()
    }

    // MARK: For the one who takes

    /// Waits for the next block.
    ///
    /// - Returns: nil when nobody reads any more.
    func nextBlock() async throws(CancellationError) -> Block? {
        try await changed.wait { slots[next]?.block != nil || readerCount == 0 }
        return slots[next]?.block
    }

    /// The next block is in the pool.
    func release() {
        remove(next)
        next += 1
        // The memory that stands ready is the next block's: its own can serve another one.
        if isStandingFree, slots[next] != nil {
            isStandingFree = false
            slots[next]!.isStanding = true
            pool.giveReserveBack(blockBytes)
        }
        changed.open()
    }

    /// Gives up blocks that came too early, where the group has to do with less memory: they are read again.
    private func relieve() {
        for block in (next..<end).reversed() where pool.isOverdrawn {
            if let slot = slots[block], !slot.isStanding, slot.block != nil { remove(block) }
        }
    }

    private func remove(_ block: Int) {
        guard let slot = slots.removeValue(forKey: block) else { return }
        if slot.isStanding { isStandingFree = true } else { pool.giveReserveBack(blockBytes) }
    }

    /// Gives all memory back, when nobody reads any more.
    func close() {
        pool.relieve = nil
        for block in next..<end where slots[block] != nil { remove(block) }
        pool.giveReserveBack(blockBytes)
    }
}
