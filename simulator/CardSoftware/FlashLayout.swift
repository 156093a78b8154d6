package import FlashModel

/// Where things stand in a card's flash, in erase blocks from the front: the metadata blocks, of which two hold the newest boot
/// records at any time; instance 0; instance 1; and spare blocks, which replace bad ones. A block that is left over stays
/// unused.
package struct FlashLayout: Equatable, Sendable {
    /// Two are written in turn; the others take their place when they wear out.
    package static let metadataBlocks = 4
    /// Each replaced block has a place in the boot record.
    static let mostSpareBlocks = 64
    static let leastBlocks = metadataBlocks + spareBlocks(of: 8) + 2

    package let geometry: FlashGeometry
    package let spareBlocks: Int
    package let blocksPerInstance: Int

    package init(_ geometry: FlashGeometry) throws(CardError) {
        let leastBytes = BootRecord.maximumBytes + Checkpoint.byteCount
        guard geometry.blockCount >= Self.leastBlocks && geometry.eraseSize >= leastBytes,
            geometry.units(holding: BootRecord.maximumBytes) < geometry.unitsPerBlock
        else {
            throw .flashTooSmall(blockCount: geometry.blockCount, eraseBytes: geometry.eraseSize)
        }
        self.geometry = geometry
        spareBlocks = Self.spareBlocks(of: geometry.blockCount)
        blocksPerInstance = (geometry.blockCount - Self.metadataBlocks - spareBlocks) / 2
    }

    /// Two, and one for every 32 blocks: more than the 2 % that a factory may mark as bad, up to 3,200 blocks.
    static func spareBlocks(of blockCount: Int) -> Int {
        min(mostSpareBlocks, 2 + blockCount / 32)
    }

    package var instanceCapacityBytes: Int { blocksPerInstance * geometry.eraseSize }

    /// The block at a place in an instance, unless it was replaced.
    func block(_ index: Int, ofInstance instance: Int) -> Int {
        precondition(instance == 0 || instance == 1, "instance \(instance) does not exist")
        return Self.metadataBlocks + instance * blocksPerInstance + index
    }

    /// All blocks of an instance, before any was replaced.
    package func blocks(ofInstance instance: Int) -> Range<Int> {
        block(0, ofInstance: instance)..<block(blocksPerInstance, ofInstance: instance)
    }

    /// The blocks that may replace others.
    package var spares: Range<Int> {
        let first = Self.metadataBlocks + 2 * blocksPerInstance
        return first..<first + spareBlocks
    }

    /// The address at which instance 0 or 1 begins, unless its first block was replaced.
    package func address(ofInstance instance: Int) -> Int {
        block(0, ofInstance: instance) * geometry.eraseSize
    }
}
