import Links
import Runtime

/// Both loops run the same bodies.
enum LoopKind: String, CaseIterable, Sendable {
    case real, virtual

    func run<Success: Sendable>(
        _ body: @escaping @Sendable (any Loop, any Network) async throws -> Success
    ) throws -> Success {
        switch self {
        case .real:
            let loop = EventLoop()
            return try loop.run { () async -> Result<Success, any Error> in
                do { return .success(try await body(loop, TCPNetwork(loop: loop))) } catch { return .failure(error) }
            }.result.get()
        case .virtual:
            let loop = VirtualTimeLoop(seed: 1)
            return try loop.run { () async -> Result<Success, any Error> in
                do { return .success(try await body(loop, VirtualNetwork(loop: loop))) } catch {
                    return .failure(error)
                }
            }.get()
        }
    }
}

/// Two ends of a connection; the server's end is to be put behind a link.
struct Ends: Sendable {
    let client: any Connection
    let server: any Connection

    static func connect(
        _ network: any Network,
        options: SocketOptions = SocketOptions(sendBufferBytes: 32 << 10, receiveBufferBytes: 32 << 10)
    ) async throws -> Ends {
        let listener = try network.listen(on: .loopback(), options: options)
        defer { listener.close() }
        let client = try await network.connect(to: listener.endpoint, options: options)
        return Ends(client: client, server: try await listener.accept())
    }
}

func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
}

/// Reads up to the end of the stream.
func readAll(_ connection: any Connection, pieceBytes: Int = 5000) async throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 1)
    defer { buffer.deallocate() }
    var bytes: [UInt8] = []
    while let count = try await connection.readSome(into: buffer) { bytes += buffer[..<count] }
    return bytes
}
