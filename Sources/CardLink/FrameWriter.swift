package import CardProtocol
package import Runtime

/// Puts frames on a connection, numbered. Owned by the task that writes.
package final class FrameWriter {
    private let connection: any Connection
    private let format: FrameFormat
    private let header: UnsafeMutableRawBufferPointer
    private var nextSequence: UInt32 = 0
    /// Of the section that is being written, its header included.
    private var sectionBytesWritten = 0

    package init(_ connection: any Connection, format: FrameFormat) {
        self.connection = connection
        self.format = format
        header = .allocate(byteCount: FrameHeader.byteCount + CardFrame.sectionOffsetBytes, alignment: 8)
    }

    deinit {
        header.deallocate()
    }

    /// Writes a frame with a small payload.
    ///
    /// - Returns: the sequence number that it got.
    @discardableResult
    package func write(type: UInt8, payload: [UInt8]) async throws(LinkError) -> UInt32 {
        let sequence = takeSequence()
        var frame = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        let checksum = payload.withUnsafeBytes { Checksum.of($0) }
        frame.withUnsafeMutableBytes {
            FrameHeader(type: type, sequence: sequence, payloadBytes: payload.count, payloadChecksum: checksum)
                .encode(as: format, into: $0)
        }
        do { try await connection.writeAll(frame + payload) } catch { throw .connection(error) }
        return sequence
    }

    /// Writes an offset and a part of an image, which is sent from where it lies.
    ///
    /// - Parameter checksum: that of the offset and the bytes together (`sectionChecksum`), so that it is computed once for
    ///   all cards.
    package func writeSection(
        type: UInt8, offset: UInt64, bytes: UnsafeRawBufferPointer, checksum: UInt32
    ) async throws(LinkError) {
        if try !startSection(type: type, offset: offset, bytes: bytes, checksum: checksum) {
            try await finishSection(bytes)
        }
    }

    /// Begins such a frame, and writes what the connection takes now: mostly all, and without a task's suspension.
    ///
    /// - Returns: whether all is written; else `finishSection` must follow, and nothing else before it.
    package func startSection(
        type: UInt8, offset: UInt64, bytes: UnsafeRawBufferPointer, checksum: UInt32
    ) throws(LinkError) -> Bool {
        FrameHeader(
            type: type, sequence: takeSequence(), payloadBytes: CardFrame.sectionOffsetBytes + bytes.count,
            payloadChecksum: checksum
        ).encode(as: format, into: header)
        header.storeBytes(of: offset.bigEndian, toByteOffset: FrameHeader.byteCount, as: UInt64.self)
        do { sectionBytesWritten = try connection.write(UnsafeRawBufferPointer(header), bytes) } catch {
            throw .connection(error)
        }
        return sectionBytesWritten == header.count + bytes.count
    }

    /// Writes the rest of the section that was begun, waiting as often as needed.
    ///
    /// - Parameter bytes: the same as at its start.
    package func finishSection(_ bytes: UnsafeRawBufferPointer) async throws(LinkError) {
        let restOfHeader = UnsafeRawBufferPointer(header).dropFirst(sectionBytesWritten)
        let restOfBytes = bytes.dropFirst(max(0, sectionBytesWritten - header.count))
        do {
            try await connection.waitUntilWritable()
            try await connection.writeAll(
                UnsafeRawBufferPointer(rebasing: restOfHeader), UnsafeRawBufferPointer(rebasing: restOfBytes))
        } catch {
            throw .connection(error)
        }
    }

    /// The payload checksum of a section.
    package static func sectionChecksum(offset: UInt64, bytes: UnsafeRawBufferPointer) -> UInt32 {
        var checksum = Checksum()
        withUnsafeBytes(of: offset.bigEndian) { checksum.add($0) }
        checksum.add(bytes)
        return checksum.value
    }

    private func takeSequence() -> UInt32 {
        defer { nextSequence &+= 1 }
        return nextSequence
    }
}
