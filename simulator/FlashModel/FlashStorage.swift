package import SharedBytes

/// Where a flash's contents are kept, with its wear and which of its units are programmed; without time and without rules.
///
/// Addresses and ranges were checked by `FlashModel`. A unit that is not programmed reads as the erased value.
package protocol FlashStorage: Sendable {
    var geometry: FlashGeometry { get }

    /// The first of `units` that is programmed.
    func firstProgrammed(in units: Range<Int>) throws(FlashStorageError) -> Int?

    /// Stores whole units, from `firstUnit` on, and marks them as programmed.
    mutating func program(firstUnit: Int, bytes: Stretch) throws(FlashStorageError)

    func read(address: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FlashStorageError)

    /// The same, where it is known without reading that the bytes are a part of a shared memory.
    func shared(at address: Int, byteCount: Int) -> SharedBytes?

    /// Makes all units of the block unprogrammed.
    mutating func erase(block: Int) throws(FlashStorageError)

    /// How often the block was erased.
    func wear(ofBlock block: Int) throws(FlashStorageError) -> UInt32

    /// Counts one more cycle for the block.
    mutating func addCycle(ofBlock block: Int) throws(FlashStorageError)

    /// What the block holds now.
    func image(ofBlock block: Int) throws(FlashStorageError) -> FlashBlockImage

    /// Makes the block hold something else, its wear apart: for faults, which no rule binds.
    mutating func replace(block: Int, with image: FlashBlockImage) throws(FlashStorageError)
}

extension FlashStorage {
    package func shared(at address: Int, byteCount: Int) -> SharedBytes? { nil }
}
