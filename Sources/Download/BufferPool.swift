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
    var clock: PoolClock
    private(set) var stalls: StallLedger
    /// Detached cards that are still served.
    private(set) var catchingUpCount = 0
    /// These, and cards that are attached again and still get what is before their block.
    private var servedApartCount = 0

    let share: MemoryShare
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
    /// Since when fewer than half of the cards keep the transfer agent waiting.
    private var heldByFewSince: Instant?
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
        settings: PoolLayout, imageBytes: Int, cardCount: Int, share: MemoryShare, emptied: Gate, loop: any Loop
    ) {
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
        clock = PoolClock(attachedCount: cardCount, startedAt: loop.turnTime)
        stalls = StallLedger(cardCount: cardCount, startedAt: loop.turnTime)
        filled = Gate(loop: loop)
    }

    package var blockCountOfImage: Int { (imageBytes + settings.blockBytes - 1) / settings.blockBytes }

    /// The length of a block: all are alike but the last one of the image.
    package func length(ofBlock block: Int) -> Int {
        min(settings.blockBytes, imageBytes - block * settings.blockBytes)
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
        let affordable =
            window.liveCount + (fillBytes > 0 ? 1 : 0) + free.count
            + max(0, share.availableBytes - max(0, standingReserve - reservedBytes)) / settings.blockBytes
        let blocks = min(currentDepth - retiredCount, affordable) - window.liveCount
        return blocks * settings.blockBytes - fillBytes >= count
    }

    private func takeBuffer() -> BlockBuffer {
        if let buffer = free.popLast() { return buffer }
        share.take(settings.blockBytes)
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

    package func sectionCount(ofBlock block: Int) -> Int {
        (length(ofBlock: block) + settings.sectionBytes - 1) / settings.sectionBytes
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

    func range(ofSection section: Int, inBlock block: Int) -> (offset: UInt64, count: Int) {
        let start = section * settings.sectionBytes
        return (
            UInt64(block * settings.blockBytes + start), min(settings.sectionBytes, length(ofBlock: block) - start)
        )
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
        if heldByFewSince != nil, window.isHolder(card) { stalls.charge(card, chargeable) }
        change { $0.take(card) }
    }

    /// The card leaves the window, whatever it still owes.
    package func detach(_ card: Int) {
        if heldByFewSince != nil, window.isHolder(card) { stalls.charge(card, chargeable) }
        change { $0.detach(card) }
    }

    /// A detached card comes back.
    func attach(_ card: Int, at block: Int) {
        stalls.settle(card, at: loop.turnTime)
        change { $0.attach(card, at: block) }
    }

    /// A card is served beside the window from now on, attached or not, or no more.
    func countServedApart(_ count: Int) {
        servedApartCount += count
        trim()
    }

    /// A detached card is served beside the window from now on, or no more.
    func countCatchingUp(_ count: Int) {
        catchingUpCount += count
        noteHolders()
    }

    private func change(_ body: (inout BlockWindow) -> Void) {
        let before = (released: window.released, live: window.liveCount, attached: window.attachedCount)
        body(&window)
        if window.released > before.released {
            for block in before.released..<window.released { recycle(block) }
            trim()
        }
        if window.liveCount != before.live || window.attachedCount != before.attached {
            clock.note(live: window.liveCount, attached: window.attachedCount, at: loop.turnTime)
        }
        leastAhead = min(leastAhead, window.published - window.furthest)
        noteHolders(releasedBefore: before.released)
        if window.released > before.released { emptied.open() }
    }

    // MARK: Who waits for whom

    /// The transfer agent waits for room, or no more.
    func setFull(_ isFull: Bool) {
        clock.setFull(isFull, at: loop.turnTime)
        if isFull { noteHolders() } else { chargeHolders() }
    }

    /// For how long most cards waited for a block while there was no room for one.
    var starvedWhileFull: Duration {
        clock.advance(to: loop.turnTime)
        return clock.starvedWhileFull
    }

    /// A card waits for a block, or no more.
    ///
    /// - Returns: for how long the pool was full so far.
    func addStarving(_ count: Int) -> Duration {
        if count < 0 { chargeHolders() }
        clock.addStarving(count, at: loop.turnTime)
        noteHolders()
        return clock.full
    }

    var isHeldByFew: Bool {
        let holders = window.holderCount
        return clock.isFull && clock.mostStarve && holders > 0
            && 2 * (holders + catchingUpCount) < window.attachedCount + catchingUpCount
    }

    /// Looks whether a few cards hold the others up, after a change.
    private func noteHolders(releasedBefore: Int? = nil) {
        if let releasedBefore, window.released > releasedBefore { heldByFewSince = nil }
        guard isHeldByFew, depth.isFixed || depth.target >= depthLimit else { return heldByFewSince = nil }
        if heldByFewSince == nil { heldByFewSince = loop.turnTime }
    }

    private func chargeHolders() {
        guard heldByFewSince != nil else { return }
        let duration = chargeable
        if duration > .zero {
            for card in 0..<cardCount where window.isHolder(card) { stalls.charge(card, duration) }
        }
        heldByFewSince = nil
    }

    /// What the holders have cost the others by now, since they were alone: without the moment in which one of like cards is the last.
    var chargeable: Duration {
        guard let since = heldByFewSince else { return .zero }
        return max(.zero, since.duration(to: loop.turnTime) - StallLedger.turn)
    }

    private var cardCount: Int { window.cardCount }

    /// The cards whose stall budget is used up now.
    func overdrawnCards() -> [Int] {
        let pending = chargeable
        guard pending > .zero else { return [] }
        let now = loop.turnTime
        return (0..<cardCount).filter { window.isHolder($0) && stalls.isOverdrawn($0, adding: pending, at: now) }
    }

    /// Looks at how the last period went, and makes the pool deeper or shallower.
    func adjustDepth(_ period: Duration, starved: Duration) {
        let before = depth.target
        depth.adjust(
            DepthControl.Period(
                duration: period, starved: starved, full: clock.full - fullBefore,
                released: window.released - releasedBefore,
                leastAhead: leastAhead, isHeldByFew: isHeldByFew),
            limit: depthLimit)
        releasedBefore = window.released
        fullBefore = clock.full
        leastAhead = window.published - window.furthest
        share.setNeed(currentDepth * settings.blockBytes)
        guard depth.target != before else { return }
        depthRange = min(depthRange.lowerBound, depth.target)...max(depthRange.upperBound, depth.target)
        if depth.target > before { emptied.open() } else { trim() }
    }
}
