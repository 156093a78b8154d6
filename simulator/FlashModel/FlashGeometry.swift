/// How a flash is cut: what is read, programmed and erased at once, and how much of it there is.
package struct FlashGeometry: Equatable, Sendable {
    /// No flash of a line card is larger; keeps every address within an `Int`. In bytes.
    package static let maximumCapacityBytes = 1 << 40
    /// The largest erase block of a part in use has 16 MiB; four times that. In bytes.
    package static let maximumEraseBytes = 64 << 20

    /// What one access reads, in bytes: a word of NOR, a page of NAND.
    package let readSize: Int
    /// What one program operation writes, in bytes; the unit that must be erased before.
    package let programSize: Int
    /// The erase block, in bytes.
    package let eraseSize: Int
    package let blockCount: Int

    /// - Throws: when a size is not positive, not a multiple of the one before, or the whole is beyond
    ///   `maximumCapacityBytes`.
    package init(readSize: Int, programSize: Int, eraseSize: Int, blockCount: Int) throws(FlashParameterError) {
        guard readSize > 0 else { throw FlashParameterError("read_size", readSize, mustBe: "at least 1 byte") }
        guard programSize > 0 && programSize % readSize == 0 else {
            throw FlashParameterError(
                "program_size", programSize, mustBe: "a positive multiple of read_size (\(readSize))")
        }
        guard eraseSize > 0 && eraseSize % programSize == 0 && eraseSize <= Self.maximumEraseBytes else {
            throw FlashParameterError(
                "erase_size", eraseSize,
                mustBe: "a positive multiple of program_size (\(programSize)), at most \(Self.maximumEraseBytes) bytes")
        }
        let mostBlocks = Self.maximumCapacityBytes / eraseSize
        guard blockCount > 0 && blockCount <= mostBlocks else {
            throw FlashParameterError("block_count", blockCount, mustBe: "from 1 to \(mostBlocks) for this erase_size")
        }
        self.readSize = readSize
        self.programSize = programSize
        self.eraseSize = eraseSize
        self.blockCount = blockCount
    }

    package var capacityBytes: Int { eraseSize * blockCount }
    package var unitsPerBlock: Int { eraseSize / programSize }
    package var unitCount: Int { unitsPerBlock * blockCount }

    /// How many program units hold `bytes`, rounded up.
    package func units(holding bytes: Int) -> Int { (bytes + programSize - 1) / programSize }

    /// How many erase blocks hold `bytes`, rounded up.
    package func blocks(holding bytes: Int) -> Int { (bytes + eraseSize - 1) / eraseSize }

    /// How many read units an access touches.
    func readUnits(address: Int, byteCount: Int) -> Int {
        byteCount == 0 ? 0 : (address + byteCount - 1) / readSize - address / readSize + 1
    }
}
