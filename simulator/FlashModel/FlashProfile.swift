/// A flash part: how it is cut, how long it takes, how long it lives.
package struct FlashProfile: Equatable, Sendable {
    /// The longest name, in bytes of UTF-8: what a flash file has room for.
    package static let maximumNameBytes = 32

    /// 1 to `maximumNameBytes`, without control characters.
    package let name: String
    package let geometry: FlashGeometry
    package let timing: FlashTiming
    /// Erase cycles that each block is good for; nil: without end.
    package let enduranceCycles: Int?
    /// What every byte of an erased block reads as.
    package let erasedValue: UInt8

    /// - Throws: for a name that is none, and for an endurance below one cycle or above `FlashFaults.mostCycles`.
    package init(
        name: String, geometry: FlashGeometry, timing: FlashTiming, enduranceCycles: Int?, erasedValue: UInt8 = 0xFF
    ) throws(FlashParameterError) {
        guard (1...Self.maximumNameBytes).contains(name.utf8.count),
            !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw FlashParameterError(
                "profile", name.utf8.isEmpty ? "empty" : "no name",
                mustBe: "1 to \(Self.maximumNameBytes) bytes long, without control characters")
        }
        if let enduranceCycles, !(1...FlashFaults.mostCycles).contains(enduranceCycles) {
            throw FlashParameterError(
                "endurance_cycles", enduranceCycles, mustBe: "from 1 to \(FlashFaults.mostCycles), or absent")
        }
        self.name = name
        self.geometry = geometry
        self.timing = timing
        self.enduranceCycles = enduranceCycles
        self.erasedValue = erasedValue
    }

    /// The same part with every time multiplied by `factor`; 0 makes it instant.
    package func scaled(by factor: Double) throws(FlashParameterError) -> FlashProfile {
        try FlashProfile(
            name: name, geometry: geometry, timing: timing.scaled(by: factor), enduranceCycles: enduranceCycles,
            erasedValue: erasedValue)
    }

    /// The same part with another size, rounded up to whole erase blocks.
    package func withCapacity(bytes: Int) throws(FlashParameterError) -> FlashProfile {
        guard bytes > 0 && bytes <= FlashGeometry.maximumCapacityBytes else {
            throw FlashParameterError(
                "capacity", bytes, mustBe: "from 1 to \(FlashGeometry.maximumCapacityBytes) bytes")
        }
        return try FlashProfile(
            name: name,
            geometry: FlashGeometry(
                readSize: geometry.readSize, programSize: geometry.programSize, eraseSize: geometry.eraseSize,
                blockCount: geometry.blocks(holding: bytes)),
            timing: timing, enduranceCycles: enduranceCycles, erasedValue: erasedValue)
    }

    /// The time in which the part erases and programs an image that begins at an erase block, and does nothing else.
    package func writeTime(bytes: Int) -> Duration {
        timing.eraseBlock * geometry.blocks(holding: bytes) + timing.programUnit * geometry.units(holding: bytes)
    }

    /// The time in which the part reads so many bytes from an erase block's beginning on.
    package func readTime(bytes: Int) -> Duration {
        readTime(address: 0, byteCount: bytes)
    }

    /// What an image costs the part: erased, programmed and read back. A card cannot be faster, whatever the engine does.
    package func imageTime(bytes: Int) -> Duration {
        writeTime(bytes: bytes) + readTime(bytes: bytes)
    }

    func readTime(address: Int, byteCount: Int) -> Duration {
        timing.readUnit * geometry.readUnits(address: address, byteCount: byteCount) + timing.readByte * byteCount
    }
}
