package import SharedBytes

/// An emulated flash: the rules of real parts, the time that they take, how they age, and what can go wrong with them.
///
/// A value without tasks or clocks: a copy is a snapshot. Time is computed, not waited for: each operation is told when it is
/// asked for, begins when the part is free, takes effect at once, and returns when a real part would be done. All times count
/// from the start of the caller's clock. Everything random is drawn from the seed of its faults. It costs no allocation of
/// its own, unless persistence is out of order.
package struct FlashModel: Sendable {
    package let profile: FlashProfile
    package let faults: FlashFaults
    /// When the last operation is done.
    package internal(set) var busyUntil = Duration.zero
    /// When the last read is done that interrupted something.
    private var suspendedUntil = Duration.zero
    package internal(set) var counts = FlashCounts()
    var storage: any FlashStorage
    var power = FlashPower()
    /// For the fast path: no block, page or bit misbehaves.
    let isSound: Bool

    /// - Precondition: the storage was made for the profile's geometry; the faults were checked against it.
    package init(_ profile: FlashProfile, storage: any FlashStorage, faults: FlashFaults = .none) {
        precondition(storage.geometry == profile.geometry, "the storage has another geometry than the flash")
        self.profile = profile
        self.storage = storage
        self.faults = faults
        isSound = faults.blocks.isEmpty && faults.units.isEmpty && faults.bitFlipProbability == 0
    }

    /// A blank flash in memory.
    package init(_ profile: FlashProfile, faults: FlashFaults = .none) {
        self.init(profile, storage: MemoryFlashStorage(profile), faults: faults)
    }

    package var geometry: FlashGeometry { profile.geometry }

    /// Erases a block.
    ///
    /// - Parameter time: when it is asked for.
    /// - Returns: when it is done.
    /// - Throws: `noSuchBlock`, `writeProtected`, `powerLost`, `storage`; `eraseFailed`, which takes its time, too.
    @discardableResult
    package mutating func erase(block: Int, at time: Duration) throws(FlashError) -> Duration {
        try checkExists(block)
        try checkMayChange()
        let cycles = try self.cycles(ofBlock: block)
        if power.whole(of: 1) == 0 { try losePower { model throws(FlashError) in try model.tearErase(block) } }
        try remember(block)
        power.note(1)
        counts.erases += 1
        let failure = eraseFailure(block, cycles: cycles)
        try storing { storage throws(FlashStorageError) in
            // The wear first: a cycle that was begun is a cycle.
            try storage.addCycle(ofBlock: block)
            if failure == nil { try storage.erase(block: block) }
        }
        let end = occupy(for: eraseTime(cycles: cycles), from: time)
        if failure == .reported { throw .eraseFailed(block: block) }
        return end
    }

    /// Programs one or several whole units.
    ///
    /// - Returns: when the last of them is done.
    /// - Throws: `notErased` when one of the units is programmed already, `misaligned`, `outOfBounds`, `writeProtected`; then
    ///   nothing has changed and no time passes. `powerLost`, `storage`; `programFailed`: the units before are programmed,
    ///   this one holds garbage, and the time has passed.
    @discardableResult
    package mutating func program(
        address: Int, bytes: UnsafeRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Duration {
        try program(address: address, bytes: Stretch(bytes), at: time)
    }

    /// Does the same with bytes that the storage need not copy where they are shared.
    @discardableResult
    package mutating func program(address: Int, bytes: Stretch, at time: Duration) throws(FlashError) -> Duration {
        try checkBounds(.program, address: address, byteCount: bytes.count)
        let unitBytes = geometry.programSize
        guard address % unitBytes == 0 && bytes.count % unitBytes == 0 else {
            throw .misaligned(address: address, byteCount: bytes.count, unitBytes: unitBytes)
        }
        try checkMayChange()
        let units = address / unitBytes..<(address + bytes.count) / unitBytes
        let programmed = try storing { storage throws(FlashStorageError) in try storage.firstProgrammed(in: units) }
        if let programmed { throw .notErased(address: programmed * unitBytes) }
        var unit = units.lowerBound
        var end = busyUntil
        while unit < units.upperBound {
            let block = unit / geometry.unitsPerBlock
            let next = min(units.upperBound, (block + 1) * geometry.unitsPerBlock)
            let offset = (unit - units.lowerBound) * unitBytes
            let part = bytes[offset..<offset + (next - unit) * unitBytes]
            end = try program(unit..<next, ofBlock: block, part, at: time)
            unit = next
        }
        return end
    }

    /// Programs units of one block.
    private mutating func program(
        _ units: Range<Int>, ofBlock block: Int, _ bytes: Stretch, at time: Duration
    ) throws(FlashError) -> Duration {
        let cycles = agesProgramming || !isSound ? try self.cycles(ofBlock: block) : 0
        let whole = power.whole(of: units.count)
        var failing: Int?
        if !isSound {
            if misbehaves(block, .programNoop, cycles: cycles) {
                counts.programs += units.count
                power.note(whole)
                if whole < units.count { try losePower { _ throws(FlashError) in } }
                return occupy(for: programTime(units, cycles: cycles), from: time)
            }
            failing = failingUnit(of: units, block: block, cycles: cycles)
        }
        let good = min(whole, (failing ?? units.upperBound) - units.lowerBound)
        if good > 0 {
            try remember(block)
            let part = bytes[0..<good * geometry.programSize]
            try storing { storage throws(FlashStorageError) in
                try storage.program(firstUnit: units.lowerBound, bytes: part)
            }
            counts.programs += good
            power.note(good)
        }
        let reached = units.lowerBound..<units.lowerBound + good
        let end = occupy(for: programTime(reached, cycles: cycles), from: time)
        if good == units.count { return end }
        let unit = reached.upperBound
        if good < whole {
            counts.programs += 1
            power.note(1)
            try leaveGarbage(inUnit: unit)
            _ = occupy(for: programTime(unit..<unit + 1, cycles: cycles), from: time)
            throw .programFailed(address: unit * geometry.programSize)
        }
        let offset = good * geometry.programSize
        let torn = bytes[offset..<offset + geometry.programSize]
        try losePower { model throws(FlashError) in try model.tearProgram(unit, torn.bytes) }
        return end
    }

    /// Reads from any address to the end of `buffer`; erased units read as the erased value.
    ///
    /// - Returns: when it is done.
    /// - Throws: `outOfBounds`, `powerLost`, `storage`; `readFailed`, which takes its time, too.
    @discardableResult
    package mutating func read(
        address: Int, into buffer: UnsafeMutableRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Duration {
        guard power.isOn else { throw .powerLost }
        try peek(address: address, into: buffer)
        counts.reads += 1
        let duration = profile.readTime(address: address, byteCount: buffer.count).slowed(by: faults.slowness)
        let end = occupy(for: duration, from: time)
        if !isSound { try misread(address: address, buffer) }
        return end
    }

    /// Reads as `read` does, without copying what is known to be a part of a shared memory.
    ///
    /// - Parameter buffer: memory for what is not.
    /// - Returns: the bytes: shared ones, or those in `buffer`.
    package mutating func read(
        address: Int, through buffer: UnsafeMutableRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Stretch {
        // A part that misreads has to read.
        guard isSound, power.isOn, address >= 0, address <= geometry.capacityBytes - buffer.count,
            let shared = storage.shared(at: address, byteCount: buffer.count)
        else {
            try read(address: address, into: buffer, at: time)
            return Stretch(UnsafeRawBufferPointer(buffer))
        }
        counts.reads += 1
        let duration = profile.readTime(address: address, byteCount: buffer.count).slowed(by: faults.slowness)
        _ = occupy(for: duration, from: time)
        return Stretch(shared)
    }

    /// Reads as `read` does, between two units of what keeps the part busy: the unit that is being programmed is finished, an erase
    /// is suspended (M29W256G data sheet, program/erase suspend), and what was under way ends later by the time of the read.
    ///
    /// - Returns: when it is done.
    @discardableResult
    package mutating func readBetween(
        address: Int, into buffer: UnsafeMutableRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Duration {
        guard busyUntil > time else { return try read(address: address, into: buffer, at: time) }
        let before = busyUntil
        try read(address: address, into: buffer, at: time)
        let duration = busyUntil - before
        let start = max(
            time + min(profile.timing.programUnit.slowed(by: faults.slowness), before - time), suspendedUntil)
        suspendedUntil = start + duration
        return suspendedUntil
    }

    /// Waits until everything before it is persistent: a flush of the part's cache.
    ///
    /// - Returns: when it is.
    @discardableResult
    package mutating func barrier(at time: Duration) throws(FlashError) -> Duration {
        guard power.isOn else { throw .powerLost }
        power.forgetPending()
        counts.barriers += 1
        return max(busyUntil, time)
    }

    /// Reads as `read` does, beside the clock, the counts and the faults: for whoever inspects the flash from outside.
    package func peek(address: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FlashError) {
        try checkBounds(.read, address: address, byteCount: buffer.count)
        do { try storage.read(address: address, into: buffer) } catch { throw .storage(error) }
    }

    /// The bytes beside the clock as `peek` reads them, where it is known without reading that they are a part of a shared
    /// memory.
    package func shared(at address: Int, byteCount: Int) -> SharedBytes? {
        guard address >= 0, byteCount >= 0, address <= geometry.capacityBytes - byteCount else { return nil }
        return storage.shared(at: address, byteCount: byteCount)
    }

    /// What a block holds now, for whoever compares: two images of a full block that nobody has changed share
    /// their memory.
    package func image(ofBlock block: Int) throws(FlashError) -> FlashBlockImage {
        try checkExists(block)
        do { return try storage.image(ofBlock: block) } catch { throw .storage(error) }
    }

    /// How often a block was erased in this card.
    package func wear(ofBlock block: Int) throws(FlashError) -> UInt32 {
        try checkExists(block)
        do { return try storage.wear(ofBlock: block) } catch { throw .storage(error) }
    }

    // MARK: Checks

    private func checkExists(_ block: Int) throws(FlashError) {
        guard block >= 0 && block < geometry.blockCount else {
            throw .noSuchBlock(block, blockCount: geometry.blockCount)
        }
    }

    private func checkMayChange() throws(FlashError) {
        guard power.isOn else { throw .powerLost }
        guard !faults.isWriteProtected else { throw .writeProtected }
    }

    private func checkBounds(_ operation: FlashOperation, address: Int, byteCount: Int) throws(FlashError) {
        guard address >= 0 && address <= geometry.capacityBytes && byteCount <= geometry.capacityBytes - address else {
            throw .outOfBounds(
                operation, address: address, byteCount: byteCount, capacityBytes: geometry.capacityBytes)
        }
    }

    mutating func storing<Result>(
        _ body: (inout any FlashStorage) throws(FlashStorageError) -> Result
    ) throws(FlashError) -> Result {
        do { return try body(&storage) } catch { throw .storage(error) }
    }
}
