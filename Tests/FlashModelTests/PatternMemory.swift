import SharedBytes

/// Bytes that flashes share, with a different one for each address.
final class PatternMemory: SharedMemory {
    static let pattern = (0..<64 * 32).map { UInt8(truncatingIfNeeded: ($0 &* 7) ^ ($0 >> 5)) }

    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    init() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pattern.count, alignment: 16)
        memory.copyBytes(from: Self.pattern)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit {
        bytes.deallocate()
    }

    func find(_ bytes: UnsafeRawBufferPointer, near hint: Int) -> Int? { nil }
}
