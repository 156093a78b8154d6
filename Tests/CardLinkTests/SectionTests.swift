import CardLink
import CardProtocol
import Runtime
import Testing

/// Reads one section into two places of its own.
func readSection(_ connection: any Connection, bufferBytes: Int) async throws -> (offset: [UInt8], bytes: [UInt8]) {
    let reader = FrameReader(connection, format: CardFrame.format, bufferBytes: bufferBytes)
    return try await readSection(reader)
}

func readSection(_ reader: FrameReader) async throws -> (offset: [UInt8], bytes: [UInt8]) {
    guard let header = try await reader.header() else { throw LinkError.connection(.endedEarly) }
    let offset = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: header.payloadBytes - 8, alignment: 8)
    defer {
        offset.deallocate()
        bytes.deallocate()
    }
    try await reader.payload(of: header, into: offset, then: bytes)
    return (Array(offset), Array(bytes))
}

@Suite struct SectionTests {
    private static func image(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 8) }
    }

    /// Writes an image as sections, from memory that is not copied.
    private static func send(_ image: [UInt8], sectionBytes: Int, _ connection: any Connection) async throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: image.count, alignment: 8)
        defer { memory.deallocate() }
        memory.copyBytes(from: image)
        let writer = FrameWriter(connection, format: CardFrame.format)
        for offset in stride(from: 0, to: image.count, by: sectionBytes) {
            let bytes = UnsafeRawBufferPointer(rebasing: memory[offset..<min(offset + sectionBytes, image.count)])
            try await writer.writeSection(
                type: CardFrame.section.rawValue, offset: UInt64(offset), bytes: bytes,
                checksum: FrameWriter.sectionChecksum(offset: UInt64(offset), bytes: bytes))
        }
        connection.finishWriting()
    }

    /// Sections larger than the buffers on the way, read through a small buffer, a usual one, and one that takes them whole.
    @Test(arguments: LinkKind.allCases, [20, 28, 100, 4096, 1 << 18]) func sectionsArriveWhole(
        kind: LinkKind, bufferBytes: Int
    ) throws {
        let image = Self.image(5 * 65536 + 1)
        let received = try kind.run(bufferBytes: 16 << 10) { loop, ends in
            try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask {
                    try await Self.send(image, sectionBytes: 65536, ends.far)
                    return []
                }
                group.addTask {
                    let reader = FrameReader(ends.near, format: CardFrame.format, bufferBytes: bufferBytes)
                    var bytes: [UInt8] = []
                    for index in 0..<6 {
                        let section = try await readSection(reader)
                        let offset = section.offset.reduce(0) { $0 << 8 | Int($1) }
                        #expect(offset == index * 65536)
                        bytes += section.bytes
                    }
                    #expect(try await reader.header() == nil)
                    return bytes
                }
                return try await group.reduce([], +)
            }
        }
        #expect(received == image)
    }

    /// Small sections lie in the reader's buffer in every position, also across its end.
    @Test(arguments: [1, 2, 7, 36, 37, 100]) func smallSectionsArriveWhole(sectionBytes: Int) throws {
        let image = Self.image(1000)
        for bufferBytes in [20, 21, 29, 64, 65, 200] {
            let received = try LinkKind.virtual.run { _, ends in
                try await Self.send(image, sectionBytes: sectionBytes, ends.far)
                let reader = FrameReader(ends.near, format: CardFrame.format, bufferBytes: bufferBytes)
                var bytes: [UInt8] = []
                while bytes.count < image.count { bytes += try await readSection(reader).bytes }
                return bytes
            }
            #expect(received == image, "buffer of \(bufferBytes)")
        }
    }

    @Test func theWriterNumbersFramesOfBothKinds() throws {
        let received = try LinkKind.virtual.run { _, ends in
            let writer = FrameWriter(ends.far, format: CardFrame.format)
            #expect(try await writer.write(type: CardFrame.hello.rawValue, payload: [1, 120]) == 0)
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 8)
            defer { bytes.deallocate() }
            bytes.copyBytes(from: Array("ABCD".utf8))
            try await writer.writeSection(
                type: CardFrame.section.rawValue, offset: 2, bytes: UnsafeRawBufferPointer(bytes),
                checksum: FrameWriter.sectionChecksum(offset: 2, bytes: UnsafeRawBufferPointer(bytes)))
            #expect(try await writer.write(type: CardFrame.abort.rawValue, payload: [0]) == 2)
            ends.far.finishWriting()
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 8)
            defer { buffer.deallocate() }
            let count = try await ends.near.readSome(into: buffer) ?? 0
            return Array(buffer[..<count])
        }
        let expected = [
            Frame(.hello, [1, 120]), Frame(.section, [0, 0, 0, 0, 0, 0, 0, 2] + Array("ABCD".utf8)), Frame(.abort, [0]),
        ]
        #expect(received == Frame.stream(expected))
    }

    @Test(arguments: LinkKind.allCases) func writingToAPeerThatIsGoneIsLost(kind: LinkKind) throws {
        #expect {
            try kind.run(bufferBytes: 16 << 10) { _, ends in
                ends.near.close()
                try await Self.send(Self.image(1 << 20), sectionBytes: 65536, ends.far)
            }
        } throws: { error in
            guard case LinkError.connection(.lost) = error else { return false }
            return true
        }
    }

    @Test(arguments: LinkKind.allCases) func aWriterThatWaitsCanBeCancelled(kind: LinkKind) throws {
        #expect(throws: LinkError.connection(.cancelled)) {
            try kind.run(bufferBytes: 16 << 10) { loop, ends in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await Self.send(Self.image(1 << 20), sectionBytes: 65536, ends.far) }
                    try await loop.sleep(for: .milliseconds(5))
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }
}
