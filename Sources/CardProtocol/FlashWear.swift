/// How far a card's flash is used up.
package struct FlashWear: Equatable, Sendable {
    /// Of the erase block that was erased most often.
    package var maximumEraseCount: UInt32
    /// How many erases a block is made for; 0 when the part has no limit.
    package var enduranceCycles: UInt32
    /// Blocks that are used no more.
    package var badBlocks: UInt16
    /// Blocks that can still take a bad one's place.
    package var spareBlocksLeft: UInt16

    package init(maximumEraseCount: UInt32, enduranceCycles: UInt32, badBlocks: UInt16, spareBlocksLeft: UInt16) {
        self.maximumEraseCount = maximumEraseCount
        self.enduranceCycles = enduranceCycles
        self.badBlocks = badBlocks
        self.spareBlocksLeft = spareBlocksLeft
    }

    /// Of a part that knows no wear.
    package static let none = FlashWear(maximumEraseCount: 0, enduranceCycles: 0, badBlocks: 0, spareBlocksLeft: 0)

    func encode(to writer: inout ByteWriter) {
        writer.integer(maximumEraseCount)
        writer.integer(enduranceCycles)
        writer.integer(badBlocks)
        writer.integer(spareBlocksLeft)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        maximumEraseCount = try reader.integer()
        enduranceCycles = try reader.integer()
        badBlocks = try reader.integer()
        spareBlocksLeft = try reader.integer()
    }
}
