/// An emulated flash: the rules of real parts, and the time that they take.
///
/// A value without tasks or clocks. Time is computed, not waited for: each operation is told when it is asked for, begins
/// when the part is free, takes effect at once, and returns when a real part would be done. All times count from the start
/// of the caller's clock. It costs no allocation of its own.
package struct FlashModel: Sendable {
    package let profile: FlashProfile
    /// When the last operation is done.
    package private(set) var busyUntil = Duration.zero
    package private(set) var counts = FlashCounts()
    private var storage: any FlashStorage

    /// - Precondition: the storage was made for the profile's geometry.
    package init(_ profile: FlashProfile, storage: any FlashStorage) {
        precondition(storage.geometry == profile.geometry, "the storage has another geometry than the flash")
        self.profile = profile
        self.storage = storage
    }

    /// A blank flash in memory.
    package init(_ profile: FlashProfile) {
        self.init(profile, storage: MemoryFlashStorage(profile))
    }

    package var geometry: FlashGeometry { profile.geometry }

    /// Erases a block.
    ///
    /// - Parameter time: when it is asked for.
    /// - Returns: when it is done.
    /// - Throws: `noSuchBlock`, `storage`.
    @discardableResult
    package mutating func erase(block: Int, at time: Duration) throws(FlashError) -> Duration {
        guard block >= 0 && block < geometry.blockCount else {
            throw .noSuchBlock(block, blockCount: geometry.blockCount)
        }
        do { try storage.erase(block: block) } catch { throw .storage(error) }
        counts.erases += 1
        return occupy(for: profile.timing.eraseBlock, from: time)
    }

    /// Programs one or several whole units.
    ///
    /// - Returns: when the last of them is done.
    /// - Throws: `notErased` when one of the units is programmed already, `misaligned`, `outOfBounds`, `storage`; then
    ///   nothing has changed and no time passes.
    @discardableResult
    package mutating func program(
        address: Int, bytes: UnsafeRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Duration {
        try checkBounds(.program, address: address, byteCount: bytes.count)
        let unitBytes = geometry.programSize
        guard address % unitBytes == 0 && bytes.count % unitBytes == 0 else {
            throw .misaligned(address: address, byteCount: bytes.count, unitBytes: unitBytes)
        }
        let units = address / unitBytes..<(address + bytes.count) / unitBytes
        let programmed: Int?
        do { programmed = try storage.firstProgrammed(in: units) } catch { throw .storage(error) }
        if let programmed { throw .notErased(address: programmed * unitBytes) }
        do { try storage.program(firstUnit: units.lowerBound, bytes: bytes) } catch { throw .storage(error) }
        counts.programs += units.count
        return occupy(for: profile.timing.programUnit * units.count, from: time)
    }

    /// Reads from any address to the end of `buffer`; erased units read as the erased value.
    ///
    /// - Returns: when it is done.
    /// - Throws: `outOfBounds`, `storage`.
    @discardableResult
    package mutating func read(
        address: Int, into buffer: UnsafeMutableRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Duration {
        try peek(address: address, into: buffer)
        counts.reads += 1
        return occupy(for: profile.readTime(address: address, byteCount: buffer.count), from: time)
    }

    /// Reads as `read` does, beside the clock and the counts: for whoever inspects the flash from outside.
    package func peek(address: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FlashError) {
        try checkBounds(.read, address: address, byteCount: buffer.count)
        do { try storage.read(address: address, into: buffer) } catch { throw .storage(error) }
    }

    /// How often a block was erased.
    package func wear(ofBlock block: Int) throws(FlashError) -> UInt32 {
        guard block >= 0 && block < geometry.blockCount else {
            throw .noSuchBlock(block, blockCount: geometry.blockCount)
        }
        do { return try storage.wear(ofBlock: block) } catch { throw .storage(error) }
    }

    private func checkBounds(_ operation: FlashOperation, address: Int, byteCount: Int) throws(FlashError) {
        guard address >= 0 && address <= geometry.capacityBytes && byteCount <= geometry.capacityBytes - address else {
            throw .outOfBounds(
                operation, address: address, byteCount: byteCount, capacityBytes: geometry.capacityBytes)
        }
    }

    private mutating func occupy(for duration: Duration, from time: Duration) -> Duration {
        busyUntil = max(time, busyUntil) + duration
        return busyUntil
    }
}
