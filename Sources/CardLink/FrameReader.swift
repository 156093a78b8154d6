package import CardProtocol
package import Runtime
package import SharedBytes

/// Takes frames from a connection, one after the other: a header, checked, and then its payload.
///
/// Owned by the task that reads. Small frames are taken from one read together; a long payload goes straight to where its
/// reader wants it. Its buffer is all the memory that it ever uses.
package final class FrameReader {
    private let connection: any Connection
    private let format: FrameFormat
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var nextSequence: UInt32 = 0
    /// All that has come from the connection.
    package private(set) var receivedBytes: UInt64 = 0

    /// - Parameter bufferBytes: at least a header and the longest payload that `payload(of:)` will be asked for.
    package init(_ connection: any Connection, format: FrameFormat, bufferBytes: Int = 4096) {
        precondition(bufferBytes >= FrameHeader.byteCount)
        self.connection = connection
        self.format = format
        buffer = .allocate(byteCount: bufferBytes, alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    /// The next header, if it has arrived.
    ///
    /// - Returns: nil when more bytes are needed: then `connection.waitUntilReadable()`.
    /// - Throws: a violation; or `endedEarly`, also between two frames: whoever expects the end there calls `header`.
    package func nextHeader() throws(LinkError) -> FrameHeader? {
        while end - start < FrameHeader.byteCount {
            guard try fill() else { return nil }
        }
        let header = try decodeHeader()
        nextSequence &+= 1
        start += FrameHeader.byteCount
        return header
    }

    /// Reads and checks the header at `start`, and leaves it there.
    private func decodeHeader() throws(LinkError) -> FrameHeader {
        do throws(ProtocolError) {
            let header = try FrameHeader(decoding: UnsafeRawBufferPointer(rebasing: buffer[start..<end]), as: format)
            guard header.sequence == nextSequence else {
                throw ProtocolError.outOfSequence(expected: nextSequence, found: header.sequence)
            }
            return header
        } catch {
            throw .violation(error)
        }
    }

    private func expectRoom(for header: FrameHeader) throws(LinkError) {
        guard FrameHeader.byteCount + header.payloadBytes <= buffer.count else {
            throw .violation(.unexpected("\(header.payloadBytes) bytes of type \(header.type) where less was due"))
        }
    }

    /// Waits for the next header.
    ///
    /// - Returns: nil when the peer ended its stream between two frames.
    package func header() async throws(LinkError) -> FrameHeader? {
        while true {
            do {
                if let header = try nextHeader() { return header }
            } catch {
                if error == .connection(.endedEarly) && start == end { return nil }
                throw error
            }
            do { try await connection.waitUntilReadable() } catch { throw .connection(error) }
        }
    }

    /// The next frame with its payload, if all of it has arrived; for small frames, one synchronous call for each.
    ///
    /// - Returns: the payload's bytes, which stay where they are until the next call of this reader; nil when more are needed:
    ///   then `connection.waitUntilReadable()`.
    /// - Throws: a violation; or `endedEarly`.
    package func nextFrame() throws(LinkError) -> (header: FrameHeader, payload: UnsafeRawBufferPointer)? {
        while true {
            if end - start >= FrameHeader.byteCount {
                let header = try decodeHeader()
                try expectRoom(for: header)
                let payloadStart = start + FrameHeader.byteCount
                if end - payloadStart >= header.payloadBytes {
                    nextSequence &+= 1
                    start = payloadStart + header.payloadBytes
                    let payload = UnsafeRawBufferPointer(rebasing: buffer[payloadStart..<start])
                    try check(Checksum.of(payload), header)
                    return (header, payload)
                }
            }
            guard try fill() else { return nil }
        }
    }

    /// Waits for the next frame.
    ///
    /// - Returns: nil when the peer ended its stream between two frames.
    package func frame() async throws(LinkError) -> (header: FrameHeader, payload: UnsafeRawBufferPointer)? {
        while true {
            do {
                if let frame = try nextFrame() { return frame }
            } catch {
                if error == .connection(.endedEarly) && start == end { return nil }
                throw error
            }
            do { try await connection.waitUntilReadable() } catch { throw .connection(error) }
        }
    }

    /// Waits for the payload of the header that was just read, and checks it.
    ///
    /// - Returns: its bytes, which stay where they are until the next call of this reader.
    package func payload(of header: FrameHeader) async throws(LinkError) -> UnsafeRawBufferPointer {
        guard header.payloadBytes <= buffer.count else {
            throw .violation(.unexpected("\(header.payloadBytes) bytes of type \(header.type) where less was due"))
        }
        while end - start < header.payloadBytes {
            guard try !fill() else { continue }
            do { try await connection.waitUntilReadable() } catch { throw .connection(error) }
        }
        let payload = UnsafeRawBufferPointer(rebasing: buffer[start..<start + header.payloadBytes])
        start += header.payloadBytes
        try check(Checksum.of(payload), header)
        return payload
    }

    /// Waits for the payload of the header that was just read, into `first` and then `rest`, and checks it.
    ///
    /// - Precondition: both together have the payload's size.
    package func payload(
        of header: FrameHeader, into first: UnsafeMutableRawBufferPointer, then rest: UnsafeMutableRawBufferPointer
    ) async throws(LinkError) {
        if let shared = try await sharedPayload(of: header, into: first, then: rest) {
            rest.copyMemory(from: shared.bytes)
        }
    }

    /// Does the same, but leaves `rest` as it is where its bytes are a part of a shared memory.
    ///
    /// - Returns: these; nil when `rest` is filled.
    package func sharedPayload(
        of header: FrameHeader, into first: UnsafeMutableRawBufferPointer, then rest: UnsafeMutableRawBufferPointer
    ) async throws(LinkError) -> SharedBytes? {
        precondition(first.count + rest.count == header.payloadBytes)
        try await take(first)
        let shared = try await takeShared(rest)
        var checksum = Checksum()
        checksum.add(UnsafeRawBufferPointer(first))
        if let shared {
            checksum.add(Stretch(shared))
        } else {
            checksum.add(UnsafeRawBufferPointer(rest))
        }
        try check(checksum.value, header)
        return shared
    }

    private func check(_ checksum: UInt32, _ header: FrameHeader) throws(LinkError) {
        guard checksum == header.payloadChecksum else { throw .violation(.payloadChecksum(type: header.type)) }
    }

    private func take(_ target: UnsafeMutableRawBufferPointer) async throws(LinkError) {
        if let shared = try await takeShared(target) { target.copyMemory(from: shared.bytes) }
    }

    /// Fills `target`, first from what is buffered, then from the connection directly; unless all of it comes as one part of a
    /// shared memory.
    private func takeShared(_ target: UnsafeMutableRawBufferPointer) async throws(LinkError) -> SharedBytes? {
        var filled = min(target.count, end - start)
        if filled > 0 { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + filled])) }
        start += filled
        var shared: SharedBytes?
        do throws(ConnectionError) {
            while filled < target.count {
                if let part = try connection.readShared(upTo: target.count - filled) {
                    Self.put(part, at: filled, of: target, behind: &shared)
                    filled += part.count
                    receivedBytes += UInt64(part.count)
                    continue
                }
                switch try connection.read(into: UnsafeMutableRawBufferPointer(rebasing: target[filled...])) {
                case .bytes(let count):
                    if let before = shared { target.copyMemory(from: before.bytes) }
                    shared = nil
                    filled += count
                    receivedBytes += UInt64(count)
                case .end: throw .endedEarly
                case .nothingYet: try await connection.waitUntilReadable()
                }
            }
        } catch {
            throw .connection(error)
        }
        return shared
    }

    /// Adds a shared part to what has come of `target`: to the shared bytes before it, or else into the memory.
    private static func put(
        _ part: SharedBytes, at offset: Int, of target: UnsafeMutableRawBufferPointer, behind shared: inout SharedBytes?
    ) {
        if offset == 0 {
            shared = part
        } else if let joined = shared?.joined(with: part) {
            shared = joined
        } else {
            if let before = shared { target.copyMemory(from: before.bytes) }
            shared = nil
            UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: part.bytes)
        }
    }

    /// Reads what has arrived into the buffer's free part.
    ///
    /// - Returns: false when nothing has.
    private func fill() throws(LinkError) -> Bool {
        if start == end {
            start = 0
            end = 0
        } else if end == buffer.count {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            end -= start
            start = 0
        }
        do throws(ConnectionError) {
            switch try connection.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...])) {
            case .bytes(let count):
                end += count
                receivedBytes += UInt64(count)
                return true
            case .nothingYet: return false
            case .end: throw ConnectionError.endedEarly
            }
        } catch {
            throw .connection(error)
        }
    }
}
