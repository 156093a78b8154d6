import Glibc

/// Memory that goes back to the system when it is let go (mmap(2)): malloc would keep it, and an idle card is to be small.
struct MappedMemory: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    /// nil when the system gives none.
    init?(byteCount: Int) {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address, address != MAP_FAILED else { return nil }
        bytes = UnsafeMutableRawBufferPointer(start: address, count: byteCount)
    }

    deinit {
        munmap(bytes.baseAddress, bytes.count)
    }
}
