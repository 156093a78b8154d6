/// The RAM in which sections wait for the flash: slots of one section each, taken in turn.
///
/// Exists while a download runs. A section stays in its slot from its arrival until it is acknowledged.
struct DownloadWindow: ~Copyable {
    /// What is read back at once, in bytes: a page of the largest NAND, and small beside the window.
    private static let scratchBytes = 8 << 10
    private static let offsetBytes = 8

    let sectionBytes: Int
    let slotCount: Int
    /// For each slot: when its section had arrived, on the loop's clock, and the number of its frame.
    private var arrivals: [(time: Duration, sequence: UInt32)]
    private let memory: MappedMemory

    /// - Parameter readSize: the flash's read unit: it is read back in whole ones.
    /// - Returns: nil when the system has no memory for it.
    init?(windowBytes: Int, sectionBytes: Int, readSize: Int) {
        let slotCount = windowBytes / sectionBytes
        precondition(slotCount > 0, "a window of \(windowBytes) bytes has no room for a section")
        let scratchBytes = max(Self.scratchBytes / readSize, 1) * readSize
        guard let memory = MappedMemory(byteCount: slotCount * sectionBytes + scratchBytes + Self.offsetBytes) else {
            return nil
        }
        self.memory = memory
        self.sectionBytes = sectionBytes
        self.slotCount = slotCount
        arrivals = Array(repeating: (.zero, 0), count: slotCount)
    }

    /// How many bytes may be unacknowledged.
    var capacityBytes: Int { slotCount * sectionBytes }

    /// Room for the section that begins at `offset` of the image.
    func slot(at offset: Int) -> UnsafeMutableRawBufferPointer {
        let start = index(offset) * sectionBytes
        return UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<start + sectionBytes])
    }

    /// Memory for reading back.
    var scratch: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory.bytes[capacityBytes..<memory.bytes.count - Self.offsetBytes])
    }

    /// Memory for the offset that precedes a section's bytes.
    var offsetField: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory.bytes[(memory.bytes.count - Self.offsetBytes)...])
    }

    mutating func noteArrival(at offset: Int, time: Duration, sequence: UInt32) {
        arrivals[index(offset)] = (time, sequence)
    }

    func arrival(at offset: Int) -> (time: Duration, sequence: UInt32) {
        arrivals[index(offset)]
    }

    private func index(_ offset: Int) -> Int { offset / sectionBytes % slotCount }
}
