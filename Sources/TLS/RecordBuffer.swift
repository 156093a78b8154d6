/// Bytes of TLS records on their way between libssl and the transport. It has memory only while it holds some.
///
/// Owned by one session; libssl reaches it through a BIO.
final class RecordBuffer {
    private let limitBytes: Int
    private var bytes: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private var end = 0
    /// Nothing more will be added.
    private(set) var hasEnded = false

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    deinit {
        bytes?.deallocate()
    }

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    var contents: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes.map { UnsafeRawPointer($0 + start) }, count: count)
    }

    /// Makes room for that much more, so that it is not made piece by piece. Not beyond the limit.
    func reserve(_ more: Int) {
        let needed = min(count + more, limitBytes)
        guard needed > capacity - start else { return }
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: needed, alignment: 16)
        if let bytes { fresh.copyMemory(from: bytes + start, byteCount: count) }
        bytes?.deallocate()
        bytes = fresh
        capacity = needed
        end -= start
        start = 0
    }

    /// Where the transport puts what has arrived; `commit` must follow.
    func room() -> UnsafeMutableRawBufferPointer {
        reserve(limitBytes - count)
        return UnsafeMutableRawBufferPointer(start: bytes! + end, count: capacity - end)
    }

    func commit(_ added: Int) {
        end += added
        precondition(end <= capacity, "more was put into a record buffer than it has room for")
        if isEmpty { release() }
    }

    /// - Returns: how many of the bytes there was room for.
    func append(_ added: UnsafeRawBufferPointer) -> Int {
        let taken = min(added.count, limitBytes - count)
        guard taken > 0 else { return 0 }
        reserve(taken)
        (bytes! + end).copyMemory(from: added.baseAddress!, byteCount: taken)
        end += taken
        return taken
    }

    func consume(_ taken: Int) {
        start += taken
        precondition(start <= end, "more was taken from a record buffer than it holds")
        if isEmpty { release() }
    }

    func finish() {
        hasEnded = true
    }

    private func release() {
        bytes?.deallocate()
        bytes = nil
        capacity = 0
        start = 0
        end = 0
    }
}
