/// One direction of a connection in virtual time: bytes with a bound, as a socket's two buffers are. No delay of its own.
///
/// Touched on the loop's thread alone, by both ends.
final class VirtualPipe {
    private var buffer: [UInt8] = []
    private var head = 0
    private let capacityBytes: Int
    private(set) var isFinished = false
    /// The reading end is gone: a write would be answered by a reset.
    private(set) var isAbandoned = false
    /// The writing end was reset: what was under way is lost.
    var wasReset = false
    private var reader: Waiter?
    private var writer: Waiter?

    init(capacityBytes: Int) {
        self.capacityBytes = capacityBytes
    }

    private var count: Int { buffer.count - head }
    private var room: Int { capacityBytes - count }
    var isReadable: Bool { count > 0 || isFinished }
    var isWritable: Bool { room > 0 || isAbandoned }

    /// Takes what fits of one span.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        let taken = min(room, bytes.count)
        guard taken > 0 else { return 0 }
        if head > 0 && head >= buffer.count / 2 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes.prefix(taken))
        wakeReader()
        return taken
    }

    func read(into target: UnsafeMutableRawBufferPointer) -> ReadResult {
        guard count > 0 else { return isFinished ? .end : .nothingYet }
        let taken = min(count, target.count)
        buffer.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[head..<head + taken])) }
        head += taken
        if head == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            head = 0
        }
        wakeWriter()
        return .bytes(taken)
    }

    func finish() {
        isFinished = true
        wakeReader()
    }

    func abandon() {
        isAbandoned = true
        wakeWriter()
    }

    func resumeWhenReadable(_ waiter: Waiter) {
        precondition(reader?.isFinished ?? true, "two tasks wait to read one connection")
        reader = waiter
    }

    func resumeWhenWritable(_ waiter: Waiter) {
        precondition(writer?.isFinished ?? true, "two tasks wait to write one connection")
        writer = waiter
    }

    func wakeReader() {
        reader?.resume()
        reader = nil
    }

    func wakeWriter() {
        writer?.resume()
        writer = nil
    }
}
