import CardLink
import CardProtocol
import Runtime

/// Two ends of one connection.
struct Ends: Sendable {
    let near: any Connection
    let far: any Connection

    func close() {
        near.close()
        far.close()
    }
}

/// The same body over a connection in virtual time, and over TCP on the real loop.
enum LinkKind: String, CaseIterable, Sendable {
    case virtual, tcp

    func run<Success: Sendable>(
        bufferBytes: Int? = nil, _ body: @escaping @Sendable (any Loop, Ends) async throws -> Success
    ) throws -> Success {
        let options = SocketOptions(sendBufferBytes: bufferBytes, receiveBufferBytes: bufferBytes)
        switch self {
        case .virtual:
            let loop = VirtualTimeLoop(seed: 5)
            return try loop.run { () async -> Result<Success, any Error> in
                let pair = VirtualConnection.pair(
                    client: .loopback(), server: .loopback(port: 1), clientOptions: options, serverOptions: options,
                    loop: loop)
                let ends = Ends(near: pair.client, far: pair.server)
                defer { ends.close() }
                do { return .success(try await body(loop, ends)) } catch { return .failure(error) }
            }.get()
        case .tcp:
            let loop = EventLoop()
            return try loop.run { () async -> Result<Success, any Error> in
                do {
                    let network = TCPNetwork(loop: loop)
                    let listener = try network.listen(on: .loopback(), options: options)
                    defer { listener.close() }
                    let near = try await network.connect(to: listener.endpoint, options: options)
                    let ends = Ends(near: near, far: try await listener.accept())
                    defer { ends.close() }
                    return .success(try await body(loop, ends))
                } catch {
                    return .failure(error)
                }
            }.result.get()
        }
    }
}

/// One frame as a value.
struct Frame: Equatable, Sendable {
    var type: CardFrame
    var payload: [UInt8]

    init(_ type: CardFrame, _ payload: [UInt8]) {
        self.type = type
        self.payload = payload
    }

    /// The frame's bytes, with its number.
    func encoded(_ sequence: UInt32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        let checksum = payload.withUnsafeBytes { Checksum.of($0) }
        bytes.withUnsafeMutableBytes {
            FrameHeader(
                type: type.rawValue, sequence: sequence, payloadBytes: payload.count, payloadChecksum: checksum
            ).encode(as: CardFrame.format, into: $0)
        }
        return bytes + payload
    }

    static func stream(_ frames: [Frame]) -> [UInt8] {
        frames.enumerated().flatMap { $1.encoded(UInt32($0)) }
    }

    /// Frames of every small length, some without a payload.
    static let sample = (0..<40).map { index in
        index % 7 == 0
            ? Frame(.aborted, []) : Frame(.hello, (0..<index * 3).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) })
    }
}

/// Reads frames until the peer ends its stream between two of them.
func readFrames(_ connection: any Connection, bufferBytes: Int = 4096) async throws -> [Frame] {
    let reader = FrameReader(connection, format: CardFrame.format, bufferBytes: bufferBytes)
    var frames: [Frame] = []
    while let header = try await reader.header() {
        let payload = Array(try await reader.payload(of: header))
        frames.append(Frame(CardFrame(rawValue: header.type)!, payload))
    }
    return frames
}
