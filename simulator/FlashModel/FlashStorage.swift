/// Where a flash's contents are kept, with its wear and which of its units are programmed; without time and without rules.
///
/// Addresses and ranges were checked by `FlashModel`. A unit that is not programmed reads as the erased value.
package protocol FlashStorage: Sendable {
    var geometry: FlashGeometry { get }

    /// The first of `units` that is programmed.
    func firstProgrammed(in units: Range<Int>) throws(FlashStorageError) -> Int?

    /// Stores whole units, from `firstUnit` on, and marks them as programmed.
    mutating func program(firstUnit: Int, bytes: UnsafeRawBufferPointer) throws(FlashStorageError)

    func read(address: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FlashStorageError)

    /// Counts one more cycle for the block and makes all its units unprogrammed.
    mutating func erase(block: Int) throws(FlashStorageError)

    /// How often the block was erased.
    func wear(ofBlock block: Int) throws(FlashStorageError) -> UInt32
}
