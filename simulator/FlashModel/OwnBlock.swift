/// A block's contents in memory of its own, up to the last byte that is programmed and some more.
struct OwnBlock: Sendable {
    /// The least memory that is taken; twice as much each time it is full. A block of metadata mostly holds a few records. In
    /// bytes.
    private static let leastBytes = 1024

    private let unitBytes: Int
    private let unitCount: Int
    private let erasedValue: UInt8
    /// From the block's beginning; what is missing is erased.
    private(set) var contents: [UInt8] = []
    /// One bit for each unit, as `UnitBits` has them.
    private var programmed: [UInt8]

    init(_ geometry: FlashGeometry, erasedValue: UInt8) {
        unitBytes = geometry.programSize
        unitCount = geometry.unitsPerBlock
        self.erasedValue = erasedValue
        programmed = Array(repeating: 0, count: UnitBits.byteCount(units: geometry.unitsPerBlock))
    }

    init(_ image: FlashBlockImage, _ geometry: FlashGeometry, erasedValue: UInt8) {
        unitBytes = geometry.programSize
        unitCount = geometry.unitsPerBlock
        self.erasedValue = erasedValue
        contents = image.contents
        programmed = image.programmed
    }

    func firstProgrammed(in units: Range<Int>) -> Int? {
        programmed.withUnsafeBytes { bytes in
            UnitBits(UnsafeMutableRawBufferPointer(mutating: bytes)).first(true, in: units)
        }
    }

    /// Stores whole units, from `offset` of the block on.
    mutating func program(_ offset: Int, _ bytes: UnsafeRawBufferPointer) {
        let end = offset + bytes.count
        if contents.count < end {
            let size = min(unitBytes * unitCount, max(end, 2 * contents.count, Self.leastBytes))
            contents.reserveCapacity(size)
            contents.append(contentsOf: repeatElement(erasedValue, count: size - contents.count))
        }
        contents.withUnsafeMutableBytes { contents in
            UnsafeMutableRawBufferPointer(rebasing: contents[offset..<end]).copyMemory(from: bytes)
        }
        programmed.withUnsafeMutableBytes { UnitBits($0).set(true, in: offset / unitBytes..<end / unitBytes) }
    }

    var image: FlashBlockImage {
        let missing = unitBytes * unitCount - contents.count
        // The very same memory where it can be: to compare it with itself costs nothing.
        return FlashBlockImage(
            contents: missing == 0 ? contents : contents + repeatElement(erasedValue, count: missing),
            programmed: programmed)
    }
}
