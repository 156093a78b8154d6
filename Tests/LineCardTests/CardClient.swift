import CardLink
import CardProtocol
import Runtime

/// The least of a CE: one connection to a card, driven by hand.
final class CardClient {
    let connection: any Connection
    let writer: FrameWriter
    private let reader: FrameReader
    private let loop: any Loop
    private(set) var acknowledgements: [Acknowledgement] = []
    /// The card's, as its answers tell it.
    private(set) var epoch: UInt64 = 1

    init(_ connection: any Connection, loop: any Loop) {
        self.connection = connection
        self.loop = loop
        reader = FrameReader(connection, format: CardFrame.format, bufferBytes: 80 << 10)
        writer = FrameWriter(connection, format: CardFrame.format)
    }

    /// Sends a request; a startDownload without an epoch of its own gets the card's.
    func send(_ request: CardRequest) async throws {
        var request = request
        if case .startDownload(var start) = request, start.epoch == TestImage.currentEpoch {
            start.epoch = epoch
            request = .startDownload(start)
        }
        try await writer.write(type: request.frame.rawValue, payload: request.encodePayload())
    }

    func receive() async throws -> CardReply {
        guard let header = try await reader.header() else { throw LinkError.connection(.endedEarly) }
        let reply = try CardReply(CardFrame(rawValue: header.type)!, payload: try await reader.payload(of: header))
        if case .downloadStarted = reply { epoch += 1 } else { epoch = reply.epoch ?? epoch }
        return reply
    }

    func ask(_ request: CardRequest) async throws -> CardReply {
        try await send(request)
        return try await receive()
    }

    func identity() async throws -> CardIdentity {
        guard case .identity(let identity) = try await ask(.hello(Hello(engine: "test"))) else { throw Unexpected() }
        return identity
    }

    /// The refusal that comes next, past acknowledgements.
    func refusal() async throws -> Refusal {
        while true {
            switch try await receive() {
            case .refusal(let refusal): return refusal
            case .acknowledgement: continue
            default: throw Unexpected()
            }
        }
    }

    func refusal(of request: CardRequest) async throws -> Refusal {
        try await send(request)
        return try await refusal()
    }

    func start(_ start: StartDownload) async throws -> DownloadStarted {
        guard case .downloadStarted(let started) = try await ask(.startDownload(start)) else { throw Unexpected() }
        return started
    }

    func sendSection(_ bytes: [UInt8], at offset: Int, length: Int) async throws {
        let pointer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 1)
        defer { pointer.deallocate() }
        pointer.copyBytes(from: bytes[offset..<offset + length])
        let section = UnsafeRawBufferPointer(pointer)
        try await writer.writeSection(
            type: CardFrame.section.rawValue, offset: UInt64(offset), bytes: section,
            checksum: FrameWriter.sectionChecksum(offset: UInt64(offset), bytes: section))
    }

    /// Sends an image's sections from `started.offset` to `end`, as far ahead as the window allows, and waits until all are
    /// acknowledged.
    func sendSections(of image: TestImage, _ started: DownloadStarted, sectionBytes: Int = 64 << 10, to end: Int? = nil)
        async throws
    {
        let end = end ?? image.bytes.count
        var sent = Int(started.offset)
        var acknowledged = sent
        while acknowledged < end {
            let length = min(sectionBytes, end - sent)
            if length > 0 && sent + length <= acknowledged + Int(started.windowBytes) {
                try await sendSection(image.bytes, at: sent, length: length)
                sent += length
            } else {
                guard case .acknowledgement(let acknowledgement) = try await receive() else { throw Unexpected() }
                acknowledgements.append(acknowledgement)
                acknowledged = Int(acknowledgement.programmedBytes)
            }
        }
    }

    /// A whole download. Returns the last reply.
    func download(_ image: TestImage, sectionBytes: Int = 64 << 10) async throws -> CardReply {
        let started = try await start(image.start(sectionBytes: sectionBytes))
        try await sendSections(of: image, started, sectionBytes: sectionBytes)
        return try await ask(.endDownload(EndDownload(imageBytes: UInt64(image.bytes.count))))
    }

    /// What the card sends of an instance: the offset and the bytes of one frame; or its refusal.
    func read(instance: UInt8, offset: Int, bytes: Int) async throws -> Result<
        (offset: UInt64, bytes: [UInt8]), Refusal
    > {
        try await send(.readImage(ReadImage(instance: instance, offset: UInt64(offset), bytes: UInt32(bytes))))
        guard let header = try await reader.header() else { throw LinkError.connection(.endedEarly) }
        let payload = try await reader.payload(of: header)
        if header.type == CardFrame.imageData.rawValue {
            let offset = UInt64(bigEndian: payload.loadUnaligned(as: UInt64.self))
            return .success((offset, Array(payload.dropFirst(8))))
        }
        guard case .refusal(let refusal) = try CardReply(CardFrame(rawValue: header.type)!, payload: payload) else {
            throw Unexpected()
        }
        return .failure(refusal)
    }

    struct Unexpected: Error {}
}
