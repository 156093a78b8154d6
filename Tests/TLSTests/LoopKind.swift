import Runtime

/// One body on either loop, with its network.
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
            let loop = VirtualTimeLoop(seed: 3)
            return try loop.run { () async -> Result<Success, any Error> in
                do { return .success(try await body(loop, VirtualNetwork(loop: loop))) } catch {
                    return .failure(error)
                }
            }.get()
        }
    }
}

/// Two ends of a transport.
struct Ends: Sendable {
    let card: any Connection
    let ce: any Connection

    static func make(_ network: any Network, bufferBytes: Int? = nil) async throws -> Ends {
        let options = SocketOptions(sendBufferBytes: bufferBytes, receiveBufferBytes: bufferBytes)
        let listener = try network.listen(on: .loopback(), options: options)
        defer { listener.close() }
        let ce = try await network.connect(to: listener.endpoint, options: options)
        return Ends(card: try await listener.accept(), ce: ce)
    }

    func close() {
        card.close()
        ce.close()
    }
}
