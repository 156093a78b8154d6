import Runtime

/// Reads lines from a connection, none longer than a limit. Used by one task at a time.
final class LineReader: Sendable {
    struct TooLong: Error {}

    private let limitBytes: Int
    private let rest: LoopBound<[UInt8]>

    init(limitBytes: Int, loop: any Loop) {
        self.limitBytes = limitBytes
        rest = LoopBound([], on: loop)
    }

    /// - Returns: the next line without its end; nil when the peer has ended.
    /// - Throws: `TooLong`, `ConnectionError`.
    func next(from connection: any Connection) async throws -> [UInt8]? {
        var searched = 0
        while true {
            if let end = rest.value[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(rest.value[..<end])
                rest.value.removeFirst(end + 1)
                return line
            }
            searched = rest.value.count
            guard searched <= limitBytes else { throw TooLong() }
            guard let bytes = try await Self.read(connection) else { return nil }
            rest.value += bytes
        }
    }

    private static func read(_ connection: any Connection) async throws -> [UInt8]? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 1)
        defer { buffer.deallocate() }
        return try await connection.readSome(into: buffer).map { Array(buffer[..<$0]) }
    }
}
