/// One bit for each program unit: set when it is programmed. A view on bytes that somebody else keeps.
struct UnitBits {
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ bytes: UnsafeMutableRawBufferPointer) {
        self.bytes = bytes
    }

    static func byteCount(units: Int) -> Int { (units + 7) / 8 }

    /// The first bit of `range` whose value is `value`.
    func first(_ value: Bool, in range: Range<Int>) -> Int? {
        var bit = range.lowerBound
        while bit < range.upperBound {
            // Seen through `flip`, the wanted bits are ones.
            let flip: UInt8 = value ? 0 : 0xFF
            let ahead = (bytes[bit >> 3] ^ flip) >> UInt8(bit & 7)
            if ahead != 0 {
                let found = bit + ahead.trailingZeroBitCount
                return found < range.upperBound ? found : nil
            }
            bit = (bit | 7) + 1
        }
        return nil
    }

    func set(_ value: Bool, in range: Range<Int>) {
        var bit = range.lowerBound
        while bit < range.upperBound {
            let end = min((bit | 7) + 1, range.upperBound)
            let mask = UInt8(truncatingIfNeeded: (1 << (end - bit)) - 1) << UInt8(bit & 7)
            if value { bytes[bit >> 3] |= mask } else { bytes[bit >> 3] &= ~mask }
            bit = end
        }
    }

    /// Overwrites with `erasedValue` what belongs to unprogrammed units.
    ///
    /// - Parameters:
    ///   - buffer: bytes of the flash from `address` on.
    ///   - firstBitUnit: the unit that bit 0 stands for.
    func blank(
        _ buffer: UnsafeMutableRawBufferPointer, address: Int, unitBytes: Int, firstBitUnit: Int, erasedValue: UInt8
    ) {
        let end = address + buffer.count
        let bits = address / unitBytes - firstBitUnit..<(end + unitBytes - 1) / unitBytes - firstBitUnit
        var bit = bits.lowerBound
        while let from = first(false, in: bit..<bits.upperBound) {
            bit = first(true, in: from..<bits.upperBound) ?? bits.upperBound
            let low = max(address, (from + firstBitUnit) * unitBytes) - address
            let high = min(end, (bit + firstBitUnit) * unitBytes) - address
            UnsafeMutableRawBufferPointer(rebasing: buffer[low..<high]).initializeMemory(
                as: UInt8.self, repeating: erasedValue)
        }
    }
}
