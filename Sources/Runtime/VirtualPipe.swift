import SharedBytes

/// One direction of a connection in virtual time: bytes with a bound, as a socket's two buffers are. No delay of its own.
///
/// Bytes that are found to be a part of a shared memory are not copied: the reader gets them where they are. Touched on the
/// loop's thread alone, by both ends.
final class VirtualPipe {
    /// What comes next: so many bytes of the buffer, or shared ones.
    private enum Run {
        case own(Int)
        case shared(SharedBytes)

        var count: Int {
            switch self {
            case .own(let count): count
            case .shared(let shared): shared.count
            }
        }
    }

    /// A shorter span is looked for only where it is expected, as the rest of one that did not fit. In bytes.
    private static let leastSearchedBytes = 1024

    private var buffer: [UInt8] = []
    private var head = 0
    /// In order; those before `firstRun` are read.
    private var runs: [Run] = []
    private var firstRun = 0
    private var count = 0
    private let capacityBytes: Int
    private let memories: [any SharedMemory]
    /// Where the next span is expected: an image comes in order.
    private var expected = (memory: 0, offset: 0)
    private(set) var isFinished = false
    /// The reading end is gone: a write would be answered by a reset.
    private(set) var isAbandoned = false
    private var reader: Waiter?
    private var writer: Waiter?

    init(capacityBytes: Int, memories: [any SharedMemory]) {
        self.capacityBytes = capacityBytes
        self.memories = memories
    }

    private var room: Int { capacityBytes - count }
    var isReadable: Bool { count > 0 || isFinished }
    var isWritable: Bool { room > 0 || isAbandoned }

    // MARK: Writing

    /// Takes what fits of one span.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        let taken = min(room, bytes.count)
        guard taken > 0 else { return 0 }
        let part = UnsafeRawBufferPointer(rebasing: bytes[..<taken])
        if let shared = find(part) { runs.append(.shared(shared)) } else { append(part) }
        count += taken
        wakeReader()
        return taken
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        if head > 0 && head >= buffer.count / 2 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes)
        if runs.count > firstRun, case .own(let before) = runs[runs.count - 1] {
            runs[runs.count - 1] = .own(before + bytes.count)
        } else {
            runs.append(.own(bytes.count))
        }
    }

    private func find(_ bytes: UnsafeRawBufferPointer) -> SharedBytes? {
        let searched = bytes.count >= Self.leastSearchedBytes ? memories.count : min(1, memories.count)
        for step in 0..<searched {
            let index = (expected.memory + step) % memories.count
            let hint = step == 0 ? expected.offset : 0
            guard let offset = memories[index].find(bytes, near: hint) else { continue }
            expected = (index, offset + bytes.count)
            return SharedBytes(memories[index], offset..<offset + bytes.count)
        }
        return nil
    }

    func finish() {
        isFinished = true
        wakeReader()
    }

    func abandon() {
        isAbandoned = true
        wakeWriter()
    }

    // MARK: Reading

    /// Takes what has come, up to the next shared bytes, or of these.
    func read(into target: UnsafeMutableRawBufferPointer) -> ReadResult {
        guard count > 0 else { return isFinished ? .end : .nothingYet }
        let taken: Int
        switch runs[firstRun] {
        case .own(let run):
            taken = min(run, target.count)
            buffer.withUnsafeBytes {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[head..<head + taken]))
            }
            head += taken
            if head == buffer.count {
                buffer.removeAll(keepingCapacity: true)
                head = 0
            }
        case .shared(let shared):
            taken = min(shared.count, target.count)
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: shared.bytes[..<taken]))
        }
        remove(taken)
        return .bytes(taken)
    }

    /// Takes shared bytes without copying them; nil when others come first.
    func readShared(upTo limit: Int) -> SharedBytes? {
        guard count > 0, limit > 0, case .shared(let shared) = runs[firstRun] else { return nil }
        let part = shared[0..<min(limit, shared.count)]
        remove(part.count)
        return part
    }

    /// Removes bytes of the first run.
    private func remove(_ taken: Int) {
        count -= taken
        switch runs[firstRun] {
        case .own(let run) where run > taken: runs[firstRun] = .own(run - taken)
        case .shared(let shared) where shared.count > taken: runs[firstRun] = .shared(shared[taken..<shared.count])
        default:
            firstRun += 1
            if firstRun == runs.count {
                runs.removeAll(keepingCapacity: true)
                firstRun = 0
            } else if firstRun >= 16 && firstRun >= runs.count / 2 {
                runs.removeFirst(firstRun)
                firstRun = 0
            }
        }
        wakeWriter()
    }

    // MARK: Waiting

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
