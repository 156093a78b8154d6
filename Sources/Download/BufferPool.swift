import CardLink
package import Runtime

/// The CE's memory for one group: blocks, filled by the transfer agent and emptied by the download agents.
///
/// Owned by the group's software management agent and touched in its isolation only. It takes memory from the group's share as
/// its depth needs it, and never holds more than the share allows.
package final class BufferPool {
    package let settings: PoolLayout
    package let imageBytes: Int
    package private(set) var window: BlockWindow
    /// The most bytes that were held at any time.
    package private(set) var peakBytes = 0
    package private(set) var depth: DepthControl
    /// Of the depth, in blocks.
    package private(set) var depthRange: ClosedRange<Int>
    /// Opened when a block was filled, or no more will be.
    package let filled: Gate
    /// Opened when there may be more room.
    package let emptied: Gate
    var ledger: PoolLedger
    /// Cards that catch up, and cards that are attached again and still get what is before their block.
    private var servedApartCount = 0

    let share: MemoryShare
    private let defect: DownloadDefect?
    let loop: any Loop
    /// Of each live block and of the one that is being filled, by block number modulo capacity.
    private var buffers: [BlockBuffer?]
    private var free: [BlockBuffer] = []
    private var retiredCount = 0
    /// Bytes of the block that is being filled.
    private var fillBytes = 0
    /// Of every section that was in the pool: a donor's answer is compared with it.
    private var checksums: [UInt32]
    /// For the cards that catch up, apart from the blocks.
    private var reservedBytes = 0
    /// Told when more is held than the group may have by now, to give back what can be had again.
    var relieve: (() -> Void)?
    private var leastAhead = 0
    /// When the depth was adjusted last.
    private var releasedBefore = 0
    private var fullBefore: Duration = .zero
    private var firstBlock = 0

    /// The window walks its blocks.
    private static let mostBlocks = 4096

    /// - Parameters:
    ///   - share: the group's memory; the pool gives everything back by `close`.
    ///   - emptied: the gate that the share opens.
    package init(
        settings: PoolLayout, imageBytes: Int, cardCount: Int, share: MemoryShare, emptied: Gate, loop: any Loop,
        defect: DownloadDefect? = nil
    ) {
        self.defect = defect
        self.settings = settings
        self.imageBytes = imageBytes
        self.share = share
        self.emptied = emptied
        self.loop = loop
        depth = DepthControl(fixed: settings.isDepthFixed ? settings.blockCount : nil)
        depthRange = depth.target...depth.target
        let blockCount = (imageBytes + settings.blockBytes - 1) / settings.blockBytes
        let capacity = min(Self.mostBlocks, blockCount + 1)
        window = BlockWindow(capacity: capacity, cardCount: cardCount)
        buffers = Array(repeating: nil, count: capacity)
        checksums = Array(repeating: 0, count: blockCount * settings.sectionsPerBlock)
        ledger = PoolLedger(cardCount: cardCount, startedAt: loop.turnTime)
        filled = Gate(loop: loop)
        // The share goes when the pool does.
        share.whenShrunk { [unowned self] in
            trim()
            relieve?()
        }
    }

    /// Begins with a later block than the image's first, before anything was filled.
    package func begin(at block: Int) {
        window.begin(at: block)
        firstBlock = block
        leastAhead = 0
    }

    // MARK: Memory

    /// Live blocks, the one that is being filled, and those that a detached card still holds.
    private var usedCount: Int { window.liveCount + (fillBytes > 0 ? 1 : 0) + retiredCount }

    /// What the pool's blocks hold now.
    package var bytesInUse: Int { usedCount * settings.blockBytes }

    /// The blocks that the group's memory allows.
    package var depthLimit: Int {
        let count = (share.allowanceBytes - max(reservedBytes, standingReserve)) / settings.blockBytes
        return max(DepthControl.least, min(count, window.capacity))
    }

    /// What is kept for cards that are served apart, so that they need not wait for a block that waits for them: a section, where
    /// there is more than the least that a pool needs.
    private var standingReserve: Int {
        let spare = share.allowanceBytes - DepthControl.least * settings.blockBytes
        return servedApartCount > 0 && spare >= settings.sectionBytes ? settings.sectionBytes : 0
    }

    private var currentDepth: Int { min(depth.target, depthLimit) }

    /// Whether `count` more bytes fit, counting the rest of the block that is being filled.
    package func hasRoom(for count: Int) -> Bool {
        if defect == .fillsWithoutRoom { return window.hasRoom }
        let affordable =
            window.liveCount + (fillBytes > 0 ? 1 : 0) + free.count
            + max(0, share.availableBytes - max(0, standingReserve - reservedBytes)) / settings.blockBytes
        let blocks = min(currentDepth - retiredCount, affordable) - window.liveCount
        return blocks * settings.blockBytes - fillBytes >= count
    }

    private func takeBuffer() -> BlockBuffer {
        if let buffer = free.popLast() { return buffer }
        if defect == .fillsWithoutRoom {
            share.takeUnchecked(settings.blockBytes)
        } else {
            share.take(settings.blockBytes)
        }
        peakBytes = max(peakBytes, share.heldBytes)
        return BlockBuffer(blockBytes: settings.blockBytes)
    }

    /// The block has gone from the window.
    private func recycle(_ block: Int) {
        let index = block % buffers.count
        guard let buffer = buffers[index] else { return }
        buffers[index] = nil
        if buffer.pins > 0 {
            buffer.isRetired = true
            retiredCount += 1
        } else {
            free.append(buffer)
        }
    }

    /// Gives back what is beyond the present depth.
    private func trim() {
        while !free.isEmpty, usedCount + free.count > currentDepth || share.heldBytes > share.allowanceBytes {
            giveBack(free.removeLast())
        }
    }

    private func giveBack(_ buffer: consuming BlockBuffer) {
        _ = consume buffer
        share.give(settings.blockBytes)
    }

    /// Keeps a block's bytes where they are, whatever becomes of the block, until `unpin`.
    func pin(_ block: Int) -> BlockBuffer {
        let buffer = buffers[block % buffers.count]!
        buffer.pins += 1
        return buffer
    }

    func unpin(_ buffer: BlockBuffer) {
        buffer.pins -= 1
        guard buffer.isRetired && buffer.pins == 0 else { return }
        buffer.isRetired = false
        retiredCount -= 1
        free.append(buffer)
        trim()
        emptied.open()
    }

    /// Takes memory for a section of a card that catches up, once there is some: beside the blocks, half of the memory at the most.
    func reserve(_ bytes: Int) async throws(CancellationError) {
        try await emptied.wait {
            guard reservedBytes == 0 || reservedBytes + bytes <= share.allowanceBytes / 2 else { return false }
            while share.availableBytes < bytes, let buffer = free.popLast() { giveBack(buffer) }
            return share.availableBytes >= bytes
        }
        takeReserve(bytes)
    }

    /// Takes such memory where it is free now, and leaves a section's for cards that catch up.
    func tryReserve(_ bytes: Int) -> Bool {
        guard reservedBytes + bytes + settings.sectionBytes <= share.allowanceBytes / 2 else { return false }
        while share.availableBytes < bytes, let buffer = free.popLast() { giveBack(buffer) }
        guard share.availableBytes >= bytes else { return false }
        takeReserve(bytes)
        return true
    }

    /// More is held than the group may have by now.
    var isOverdrawn: Bool { share.heldBytes > share.allowanceBytes }

    /// Whether such memory leaves the pool a block.
    func canReserve(_ bytes: Int) -> Bool {
        bytes + settings.blockBytes <= share.allowanceBytes
    }

    private func takeReserve(_ bytes: Int) {
        reservedBytes += bytes
        share.take(bytes)
        peakBytes = max(peakBytes, share.heldBytes)
    }

    func giveReserveBack(_ bytes: Int) {
        reservedBytes -= bytes
        share.give(bytes)
        emptied.open()
    }

    /// Gives all memory back, when no card is served any more.
    package func close() {
        if defect == .keepsMemory { return }
        for block in window.released...window.published { recycle(block) }
        share.give(share.heldBytes)
        share.leave()
    }

    // MARK: Blocks

    /// Copies the image's next bytes into the pool, and publishes each block that becomes full.
    ///
    /// - Precondition: `hasRoom(for: bytes.count)`, and the image has that many bytes left.
    package func fill(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let block = window.published
            let length = length(ofBlock: block)
            let count = min(rest.count, length - fillBytes)
            precondition(window.hasRoom && count > 0, "the pool was filled beyond its room")
            if fillBytes == 0 { buffers[block % buffers.count] = takeBuffer() }
            UnsafeMutableRawBufferPointer(
                rebasing: buffers[block % buffers.count]!.memory[fillBytes..<fillBytes + count]
            )
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            fillBytes += count
            if fillBytes == length { publish(block) }
        }
    }

    private func publish(_ block: Int) {
        for section in 0..<sectionCount(ofBlock: block) {
            let part = self.section(section, ofBlock: block)
            checksums[checksumIndex(section, block)] = FrameWriter.sectionChecksum(
                offset: part.offset, bytes: part.bytes)
        }
        fillBytes = 0
        change { $0.publish() }
        filled.open()
    }

    /// A section of a live block: its offset in the image, and its bytes where they lie.
    package func section(_ section: Int, ofBlock block: Int) -> (offset: UInt64, bytes: UnsafeRawBufferPointer) {
        self.section(section, ofBlock: block, in: buffers[block % buffers.count]!)
    }

    func section(
        _ section: Int, ofBlock block: Int, in buffer: BlockBuffer
    ) -> (offset: UInt64, bytes: UnsafeRawBufferPointer) {
        let (offset, count) = range(ofSection: section, inBlock: block)
        let start = section * settings.sectionBytes
        return (offset, UnsafeRawBufferPointer(rebasing: buffer.memory[start..<start + count]))
    }

    package func checksum(ofSection section: Int, ofBlock block: Int) -> UInt32 {
        checksums[checksumIndex(section, block)]
    }

    /// nil when the section was not in the pool, as it is with a download that went on where an earlier one had ended.
    func knownChecksum(ofSection section: Int, ofBlock block: Int) -> UInt32? {
        (firstBlock..<window.published).contains(block) ? checksum(ofSection: section, ofBlock: block) : nil
    }

    private func checksumIndex(_ section: Int, _ block: Int) -> Int {
        block * settings.sectionsPerBlock + section
    }

    // MARK: Cards

    /// The card has the block at its cursor in its socket.
    package func take(_ card: Int) {
        if window.isHolder(card) { ledger.release(card, at: loop.turnTime) }
        change { $0.take(card) }
    }

    /// The card leaves the window, whatever it still owes.
    package func detach(_ card: Int) {
        if window.isHolder(card) { ledger.release(card, at: loop.turnTime) }
        change(isSilent: defect == .missesAWakeUp) { $0.detach(card) }
    }

    /// A detached card comes back.
    func attach(_ card: Int, at block: Int) {
        ledger.attach(card, isHolder: window.liveCount > 0 && block == window.released, at: loop.turnTime)
        change { $0.attach(card, at: block) }
    }

    /// A card is served beside the window from now on, attached or not, or no more.
    func countServedApart(_ count: Int) {
        servedApartCount += count
        trim()
    }

    /// A detached card is served beside the window from now on, or no more.
    func countCatchingUp(_ count: Int) {
        ledger.addCatchingUp(count)
        noteHolders()
    }

    private func change(isSilent: Bool = false, _ body: (inout BlockWindow) -> Void) {
        let before = (
            released: window.released, live: window.liveCount, holders: window.holderCount,
            attached: window.attachedCount
        )
        body(&window)
        if window.released > before.released {
            ledger.beginOldest(at: loop.turnTime)
            for block in before.released..<window.released { recycle(block) }
            trim()
        }
        let holders = window.holderCount
        if window.liveCount != before.live || holders != before.holders || window.attachedCount != before.attached {
            ledger.note(
                live: window.liveCount, holders: holders, attached: window.attachedCount, at: loop.turnTime)
        }
        leastAhead = min(leastAhead, window.published - window.furthest)
        noteHolders()
        if window.released > before.released && !isSilent { emptied.open() }
    }

    // MARK: Who waits for whom

    /// The transfer agent waits for room, or no more.
    func setFull(_ isFull: Bool) {
        ledger.setFull(isFull, at: loop.turnTime)
        if isFull { noteHolders() } else { ledger.chargeHolders(of: window, at: loop.turnTime) }
    }

    /// For how long most cards waited for a block while there was no room for one.
    var starvedWhileFull: Duration {
        ledger.advance(to: loop.turnTime)
        return ledger.clock.starvedWhileFull
    }

    /// A card waits for a block, or no more.
    ///
    /// - Returns: for how long the pool was full so far.
    func addStarving(_ count: Int) -> Duration {
        if count < 0 { ledger.chargeHolders(of: window, at: loop.turnTime) }
        ledger.addStarving(count, at: loop.turnTime)
        noteHolders()
        return ledger.clock.full
    }

    private func noteHolders() {
        ledger.noteHolders(
            window.holderCount, attached: window.attachedCount, isDeepest: depth.isFixed || depth.target >= depthLimit,
            at: loop.turnTime)
    }

    /// The cards whose stall budget is used up now, each with what it has cost the others.
    func overdrawnCards() -> [(card: Int, charge: Duration)] {
        ledger.overdrawnCards(in: window, at: loop.turnTime).map { ($0, ledger.stalls.charge(of: $0)) }
    }

    /// For how long the card held the oldest block while the transfer agent waited for room.
    func heldOldest(by card: Int) -> Duration {
        ledger.heldOldest(by: card)
    }

    /// What the group's time went to, so far.
    var timeAccount: TimeAccount {
        ledger.advance(to: loop.turnTime)
        return TimeAccount(ledger.clock, blockCount: window.published - firstBlock)
    }

    /// Looks at how the last period went, and makes the pool deeper or shallower.
    func adjustDepth(_ period: Duration, starved: Duration) {
        let before = depth.target
        depth.adjust(
            DepthControl.Period(
                duration: period, starved: starved, full: ledger.clock.full - fullBefore,
                released: window.released - releasedBefore, leastAhead: leastAhead,
                isHeldByFew: ledger.isHeldByFew(holders: window.holderCount, attached: window.attachedCount)),
            limit: depthLimit)
        releasedBefore = window.released
        fullBefore = ledger.clock.full
        leastAhead = window.published - window.furthest
        share.setNeed(currentDepth * settings.blockBytes)
        guard depth.target != before else { return }
        depthRange = min(depthRange.lowerBound, depth.target)...max(depthRange.upperBound, depth.target)
        if depth.target > before { emptied.open() } else { trim() }
    }
}
