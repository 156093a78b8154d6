import SharedBytes

/// The RAM in which sections wait for the flash: slots of one section each, taken in turn.
///
/// Exists while a download runs. A section stays in its slot from its arrival until it is acknowledged.
struct DownloadWindow: ~Copyable {
    /// What is read back at once, in bytes: a page of the largest NAND, and small beside the window.
    private static let scratchBytes = 8 << 10
    private static let offsetBytes = 8

    struct Arrival {
        /// On the loop's clock.
        var time = Duration.zero
        /// The number of its frame.
        var sequence: UInt32 = 0
        /// The section's bytes where they are shared: then they are not in the slot.
        var shared: SharedBytes?
    }

    let sectionBytes: Int
    let slotCount: Int
    /// For each slot: its section.
    private var arrivals: [Arrival]
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
        arrivals = Array(repeating: Arrival(), count: slotCount)
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

    mutating func note(_ arrival: Arrival, at offset: Int) {
        arrivals[index(offset)] = arrival
    }

    func arrival(at offset: Int) -> Arrival {
        arrivals[index(offset)]
    }

    /// The section that begins at `offset`, followed by `padding` up to a whole number of program units.
    ///
    /// - Precondition: the slot has room for the padding.
    func section(at offset: Int, byteCount: Int, paddedTo paddedCount: Int, with padding: UInt8) -> Stretch {
        let slot = slot(at: offset)
        if let shared = arrival(at: offset).shared {
            if paddedCount == byteCount { return Stretch(shared) }
            slot.copyMemory(from: shared.bytes)
        }
        UnsafeMutableRawBufferPointer(rebasing: slot[byteCount..<paddedCount])
            .initializeMemory(as: UInt8.self, repeating: padding)
        return Stretch(UnsafeRawBufferPointer(rebasing: slot[..<paddedCount]))
    }

    private func index(_ offset: Int) -> Int { offset / sectionBytes % slotCount }
}
