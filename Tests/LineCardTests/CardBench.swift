import CardLink
import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import Runtime
import SoftwareImage
import Testing

/// Both loops run one and the same card.
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

/// One card that serves, and what a test needs to talk to it.
struct CardBench: Sendable {
    let loop: any Loop
    let network: any Network
    let card: LineCard
    let endpoint: Endpoint
    let ends: LoopBound<[SessionEnd]>

    func connect() async throws -> CardClient {
        let client = try await connectSilently()
        _ = try await client.ask(.hello(Hello(engine: "test")))
        return client
    }

    func connectSilently() async throws -> CardClient {
        CardClient(try await network.connect(to: endpoint, options: SocketOptions()), loop: loop)
    }

    /// Waits until a session has ended, and tells how.
    func sessionEnd(_ index: Int = 0) async throws -> SessionEnd {
        try await loop.withDeadline(.seconds(60), "end of session \(index)") {
            while ends.value.count <= index { try await loop.sleep(for: .milliseconds(1)) }
            return ends.value[index]
        }
    }

    /// Runs `body` while the card serves.
    ///
    /// - Parameter lateness: of the card's timers.
    static func run<Success: Sendable>(
        _ kind: LoopKind = .virtual, _ flash: FlashModel = FlashModel(.instant), windowBytes: Int = 128 << 10,
        lateness: Duration = .zero, trustedKeys: TrustedKeys = TrustedKeys([TestImage.key.publicKey]),
        acceptsUnsigned: Bool = false, _ body: @escaping @Sendable (CardBench) async throws -> Success
    ) throws -> Success {
        try kind.run { loop, network in
            let listener = try network.listen(on: .loopback(), options: LineCard.socketOptions)
            let ends = LoopBound<[SessionEnd]>([], on: loop)
            let card = try LineCard(
                CardSettings(
                    slot: 7, hardwareType: "OLT-8", serialNumber: "SN-7", flash: flash.profile,
                    windowBytes: windowBytes,
                    hardwareRevision: "B2", trustedKeys: trustedKeys, acceptsUnsigned: acceptsUnsigned,
                    earliestTime: TestImage.earliestTime),
                flash: flash, loop: lateness > .zero ? LateLoop(loop, lateness: lateness) : loop,
                onSessionEnd: { ends.value.append($1) })
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = await card.serve(listener) }
                defer { listener.close() }
                return try await body(
                    CardBench(loop: loop, network: network, card: card, endpoint: listener.endpoint, ends: ends))
            }
        }
    }
}

/// An image that a test downloads.
struct TestImage: Sendable {
    let bytes: [UInt8]

    init(byteCount: Int, seed: Int = 1) {
        bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ seed) ^ ($0 >> 7) ^ ($0 >> 15)) }
    }

    var digest: ImageDigest { bytes.withUnsafeBytes { SHA256.digest(of: $0) } }

    /// Stands for the epoch that the client knows.
    static let currentEpoch: UInt64 = 0

    /// The card trusts it.
    static let key = SigningKey(seed: Array(repeating: 7, count: 32))
    /// As far as the card knows.
    static let earliestTime = ManifestTime("2026-11-27")!

    var statement: ManifestStatement {
        ManifestStatement(
            cardType: "OLT-8", hardwareRevisions: ["A", "B2"], version: "2.0.0",
            expires: ManifestTime("2027-11-27"), imageBytes: UInt64(bytes.count), digest: digest)
    }

    func start(
        sectionBytes: Int = 64 << 10, offset: Int = 0, keys: [SigningKey] = [TestImage.key],
        _ change: (inout ManifestStatement) -> Void = { _ in }
    ) -> StartDownload {
        var statement = statement
        change(&statement)
        let bytes = statement.encode()
        return StartDownload(
            manifest: SignedStatement(bytes: bytes, signatures: keys.map { $0.signature(of: bytes) }),
            sectionBytes: UInt32(sectionBytes), offset: UInt64(offset), epoch: Self.currentEpoch)
    }
}

/// The image in an instance, read from outside.
func contents(_ model: FlashModel, instance: Int) throws -> [UInt8] {
    var reader = try FlashInspection(model).reader(ofInstance: instance)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 5000)
    while case let count = try chunk.withUnsafeMutableBytes({ try reader.read(into: $0) }), count > 0 {
        bytes += chunk[..<count]
    }
    return bytes
}
