import CardLink
import CardProtocol
import Runtime
import SoftwareImage

/// A card's end of a connection, driven by a test frame by frame.
final class CardPeer {
    let slot: Int
    let connection: any Connection
    let loop: any Loop
    private let reader: FrameReader
    private let writer: FrameWriter
    /// Bytes of sections that have come.
    private(set) var receivedBytes: UInt64 = 0
    private(set) var start: StartDownload?

    /// What came from the CE.
    enum Arrival: Equatable {
        case request(CardRequest)
        case section(offset: UInt64, byteCount: Int)
        /// The CE closed the connection.
        case end
    }

    init(_ connection: any Connection, slot: Int, loop: any Loop) {
        self.connection = connection
        self.slot = slot
        self.loop = loop
        reader = FrameReader(connection, format: CardFrame.format, bufferBytes: 80 << 10)
        writer = FrameWriter(connection, format: CardFrame.format)
    }

    /// Serves every connection by a script; one that throws or ends closes its connection.
    static func serve(
        _ listener: any Listener, slot: Int, loop: any Loop,
        _ script: @escaping @Sendable (CardPeer) async throws -> Void
    ) async {
        await withDiscardingTaskGroup { tasks in
            while let connection = try? await listener.accept() {
                tasks.addTask {
                    try? await script(CardPeer(connection, slot: slot, loop: loop))
                    connection.close()
                }
            }
        }
        listener.close()
    }

    func receive() async throws -> Arrival {
        guard let header = try await reader.header() else { return .end }
        let payload = try await reader.payload(of: header)
        guard let frame = CardFrame(rawValue: header.type) else { throw LinkError.violation(.unknownType(header.type)) }
        if frame == .section {
            let byteCount = payload.count - CardFrame.sectionOffsetBytes
            receivedBytes += UInt64(byteCount)
            return .section(offset: UInt64(bigEndian: payload.loadUnaligned(as: UInt64.self)), byteCount: byteCount)
        }
        let request = try CardRequest(frame, payload: payload)
        if case .startDownload(let start) = request { self.start = start }
        return .request(request)
    }

    func send(_ reply: CardReply) async throws {
        try await writer.write(type: reply.frame.rawValue, payload: reply.encodePayload())
    }

    func acknowledge(_ bytes: UInt64, windowBytes: UInt32 = CardPeer.windowBytes) async throws {
        try await send(.acknowledgement(Acknowledgement(programmedBytes: bytes, windowBytes: windowBytes)))
    }

    static let windowBytes: UInt32 = 128 << 10

    var identity: CardIdentity {
        let empty = InstanceState(
            isValid: false, isActive: false, isCommitted: false, version: "", imageBytes: 0,
            digest: ImageDigest(bytes: [UInt8](repeating: 0, count: ImageDigest.byteCount)))
        return CardIdentity(
            slot: UInt16(slot), hardwareType: "OLT-8", serialNumber: "SCRIPT-\(slot)", softwareVersion: "1.0.0",
            epoch: 1,
            antiRollback: 0, maximumSectionBytes: 64 << 10,
            windowBytes: Self.windowBytes, instanceCapacityBytes: 64 << 20, instances: [empty, empty],
            wear: .none, failure: "", trial: nil, interrupted: nil)
    }

    /// Takes hello and says who it is.
    func greet() async throws {
        _ = try await receive()
        try await send(.identity(identity))
    }

    /// Goes as far as a card that waits for the first section.
    func prepare() async throws {
        try await greet()
        _ = try await receive()
        try await send(.downloadStarted(DownloadStarted(instance: 1, offset: 0, windowBytes: Self.windowBytes)))
    }

    /// Does as a good card without flash does, until the CE closes the connection.
    ///
    /// - Parameter note: is told of everything that comes.
    func behave(_ note: (Arrival) -> Void = { _ in }) async throws {
        while true {
            let arrival = try await receive()
            note(arrival)
            if arrival == .end { return }
            try await answer(arrival)
        }
    }

    /// Answers as a good card without flash does.
    func answer(_ arrival: Arrival) async throws {
        switch arrival {
        case .end: break
        case .section: try await acknowledge(receivedBytes)
        case .request(.hello): try await send(.identity(identity))
        case .request(.startDownload):
            try await send(.downloadStarted(DownloadStarted(instance: 1, offset: 0, windowBytes: Self.windowBytes)))
        case .request(.endDownload): try await sendResult()
        case .request(.abort): try await send(.aborted(Aborted(epoch: 2)))
        case .request(.readImage), .request(.activate), .request(.commit), .request(.rollBack):
            try await send(.refusal(Refusal(code: .notFound, sequence: 0, text: "nothing is kept")))
        }
    }

    /// Answers a readImage.
    func sendImageData(offset: UInt64, _ bytes: [UInt8]) async throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        let copy = UnsafeRawBufferPointer(memory)
        try await writer.writeSection(
            type: CardFrame.imageData.rawValue, offset: offset, bytes: copy,
            checksum: FrameWriter.sectionChecksum(offset: offset, bytes: copy))
    }

    /// Says that the image is in flash, with the digest that was announced or another one.
    func sendResult(digest: ImageDigest? = nil) async throws {
        guard let image = try start?.manifest.decode() else { return }
        try await send(
            .downloadResult(
                DownloadResult(instance: 1, imageBytes: image.imageBytes, digest: digest ?? image.digest, epoch: 2)))
    }

    /// Takes nothing and says nothing.
    func sleep() async throws {
        try await loop.sleep(for: .seconds(3600))
    }

    /// Reads and drops what comes until the CE closes, and says nothing.
    func listenOnly() async throws {
        while try await receive() != .end {}
    }
}
