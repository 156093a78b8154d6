/// A part of a shared memory: bytes that stay what they are, and are there as long as somebody refers to them.
package struct SharedBytes: Sendable {
    package let memory: any SharedMemory
    /// In bytes of the memory.
    package let range: Range<Int>

    package init(_ memory: any SharedMemory, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= memory.bytes.count, "beyond the shared memory")
        self.memory = memory
        self.range = range
    }

    package var count: Int { range.count }

    /// Valid as long as this value, or another part of the same memory.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[range]) }

    /// A part of it, counted from its beginning.
    package subscript(part: Range<Int>) -> SharedBytes {
        SharedBytes(memory, range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    }

    /// Both as one, where the other lies right behind this one.
    package func joined(with next: SharedBytes) -> SharedBytes? {
        guard next.memory === memory && next.range.lowerBound == range.upperBound else { return nil }
        return SharedBytes(memory, range.lowerBound..<next.range.upperBound)
    }

    /// The very same bytes, and not only equal ones.
    package static func === (left: SharedBytes, right: SharedBytes) -> Bool {
        left.memory === right.memory && left.range == right.range
    }
}
