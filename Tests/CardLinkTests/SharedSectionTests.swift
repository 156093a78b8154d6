import CardLink
import CardProtocol
import Runtime
import SharedBytes
import SoftwareImage
import Testing

/// Sections whose bytes reader and writer share in memory.
@Suite struct SharedSectionTests {
    private static let image = (0..<4 << 16).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 8) }
    private static let sectionBytes = 1 << 16

    /// Writes the image as sections; those in `altered` have a byte that is not the image's.
    private static func write(_ altered: Set<Int>, to connection: any Connection) async throws {
        let writer = FrameWriter(connection, format: CardFrame.format)
        for index in 0..<4 {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: sectionBytes, alignment: 16)
            defer { memory.deallocate() }
            memory.copyBytes(from: image[index * sectionBytes..<(index + 1) * sectionBytes])
            if altered.contains(index) { memory[sectionBytes - 1] ^= 1 }
            let bytes = UnsafeRawBufferPointer(memory)
            let offset = UInt64(index * sectionBytes)
            try await writer.writeSection(
                type: CardFrame.section.rawValue, offset: offset, bytes: bytes,
                checksum: FrameWriter.sectionChecksum(offset: offset, bytes: bytes))
        }
    }

    /// A section that the connection takes in parts is one all the same; one that is not the image's is copied.
    @Test(arguments: [1 << 20, 50_000, 70_000]) func aSectionOfTheImageIsNotCopied(bufferBytes: Int) throws {
        let loop = VirtualTimeLoop(seed: 5)
        let altered: Set = [1]
        let memory = ImageMemory(Self.image)
        let received = try loop.run { () async -> Result<[[UInt8]], any Error> in
            let options = SocketOptions(sendBufferBytes: bufferBytes, receiveBufferBytes: bufferBytes / 3)
            let ends = VirtualConnection.pair(
                client: .loopback(), server: .loopback(port: 1), clientOptions: options, serverOptions: options,
                memories: [memory], loop: loop)
            do {
                return .success(
                    try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
                        group.addTask {
                            try await Self.write(altered, to: ends.client)
                            return []
                        }
                        group.addTask { try await Self.read(ends.server, memory, altered) }
                        return try await group.reduce([], +)
                    })
            } catch {
                return .failure(error)
            }
        }.get()
        for (index, bytes) in received.enumerated() {
            var expected = Array(Self.image[index * Self.sectionBytes..<(index + 1) * Self.sectionBytes])
            if altered.contains(index) { expected[Self.sectionBytes - 1] ^= 1 }
            #expect(bytes == expected, "section \(index)")
        }
        #expect(received.count == 4)
    }

    private static func read(
        _ connection: any Connection, _ memory: ImageMemory, _ altered: Set<Int>
    ) async throws -> [[UInt8]] {
        let reader = FrameReader(connection, format: CardFrame.format, bufferBytes: 2068)
        let offset = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
        let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: sectionBytes, alignment: 8)
        defer {
            offset.deallocate()
            slot.deallocate()
        }
        var sections: [[UInt8]] = []
        for index in 0..<4 {
            let header = try #require(try await reader.header())
            let shared = try await reader.sharedPayload(of: header, into: offset, then: slot)
            #expect((shared == nil) == altered.contains(index), "section \(index)")
            sections.append(shared.map { Array($0.bytes) } ?? Array(slot))
        }
        return sections
    }
}
