import CardLink
package import Runtime

/// The CE's memory for one group: taken once, cut into blocks, filled by the transfer agent and emptied by the download
/// agents.
///
/// Owned by the group's software management agent and touched in its isolation only. It keeps the invariant that the bytes
/// in use never exceed the budget, and checks it at every change.
package final class BufferPool {
    package let settings: PoolLayout
    package let imageBytes: Int
    package private(set) var window: BlockWindow
    package private(set) var peakBytes = 0
    /// Opened when a block was filled, or no more will be.
    package let filled: Gate
    /// Opened when a block was released.
    package let emptied: Gate

    private let memory: UnsafeMutableRawBufferPointer
    /// Bytes of the block that is being filled.
    private var fillBytes = 0
    /// The checksum of each section of each live block, computed once for all cards.
    private var checksums: [UInt32]

    package init(settings: PoolLayout, imageBytes: Int, cardCount: Int, loop: any Loop) {
        self.settings = settings
        self.imageBytes = imageBytes
        window = BlockWindow(capacity: settings.blockCount, cardCount: cardCount)
        filled = Gate(loop: loop)
        emptied = Gate(loop: loop)
        memory = .allocate(byteCount: settings.blockBytes * settings.blockCount, alignment: 4096)
        checksums = Array(repeating: 0, count: settings.blockCount * settings.sectionsPerBlock)
    }

    deinit {
        memory.deallocate()
    }

    package var blockCountOfImage: Int { (imageBytes + settings.blockBytes - 1) / settings.blockBytes }

    /// The length of a block: all are alike but the last one of the image.
    package func length(ofBlock block: Int) -> Int {
        min(settings.blockBytes, imageBytes - block * settings.blockBytes)
    }

    /// What the pool holds now: every live block, and the one that is being filled.
    package var bytesInUse: Int {
        (window.liveCount + (fillBytes > 0 ? 1 : 0)) * settings.blockBytes
    }

    /// Whether `count` more bytes fit, counting the rest of the block that is being filled.
    package func hasRoom(for count: Int) -> Bool {
        (window.capacity - window.liveCount) * settings.blockBytes - fillBytes >= count
    }

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
            let start = (block % settings.blockCount) * settings.blockBytes + fillBytes
            UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + count])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            fillBytes += count
            notePeak()
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
        window.publish()
        filled.open()
    }

    package func sectionCount(ofBlock block: Int) -> Int {
        (length(ofBlock: block) + settings.sectionBytes - 1) / settings.sectionBytes
    }

    /// A section of a live block: its offset in the image, and its bytes where they lie.
    package func section(_ section: Int, ofBlock block: Int) -> (offset: UInt64, bytes: UnsafeRawBufferPointer) {
        let start = section * settings.sectionBytes
        let count = min(settings.sectionBytes, length(ofBlock: block) - start)
        let position = (block % settings.blockCount) * settings.blockBytes + start
        return (
            UInt64(block * settings.blockBytes + start),
            UnsafeRawBufferPointer(rebasing: memory[position..<position + count])
        )
    }

    package func checksum(ofSection section: Int, ofBlock block: Int) -> UInt32 {
        checksums[checksumIndex(section, block)]
    }

    private func checksumIndex(_ section: Int, _ block: Int) -> Int {
        (block % settings.blockCount) * settings.sectionsPerBlock + section
    }

    /// The card has the block at its cursor in its socket.
    package func take(_ card: Int) {
        change { $0.take(card) }
    }

    /// The card leaves the window, whatever it still owes.
    package func detach(_ card: Int) {
        change { $0.detach(card) }
    }

    private func change(_ body: (inout BlockWindow) -> Void) {
        let released = window.released
        body(&window)
        if window.released > released { emptied.open() }
    }

    private func notePeak() {
        precondition(
            bytesInUse <= settings.budgetBytes, "the pool holds \(bytesInUse) of \(settings.budgetBytes) bytes")
        peakBytes = max(peakBytes, bytesInUse)
    }
}
