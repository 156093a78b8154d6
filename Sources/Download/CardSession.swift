import CardLink
import CardProtocol
import Runtime
import SoftwareImage

/// The conversation with one card: each request with the wait for its answer, the window, and the deadlines.
///
/// Owned by one download agent, in the isolation of its actor. Every wait notes what it waits for and until when; the watch
/// of the group looks at it (`expire`) and ends the connection of a card that is silent for longer.
final class CardSession {
    let target: CardTarget
    private let loop: any Loop
    private let connection: any Connection
    private let reader: FrameReader
    private let writer: FrameWriter

    private var expectation: (stage: DownloadStage, limit: Duration, deadline: Instant)?
    private var expired: CardFailure?
    private var windowBytes: UInt64 = 0
    /// The card's, as its last answer told it.
    private var epoch: UInt64 = 0
    /// What the card has said to be in flash.
    private(set) var programmedBytes: UInt64 = 0
    /// What was handed to the card.
    private(set) var sentBytes: UInt64 = 0

    /// Connects.
    static func open(_ target: CardTarget, network: any Network, loop: any Loop) async throws(CardFailure)
        -> CardSession
    {
        let options = SocketOptions(
            sendBufferBytes: DownloadLimits.sendBufferBytes, receiveBufferBytes: DownloadLimits.receiveBufferBytes)
        do {
            let connection = try await loop.withDeadline(DownloadLimits.connect, "connection") {
                try await network.connect(to: target.endpoint, options: options)
            }
            return CardSession(target, connection: connection, loop: loop)
        } catch is DeadlinePassed {
            throw .noConnection(target.endpoint, limit: DownloadLimits.connect)
        } catch let error as ConnectionError {
            throw error == .cancelled ? .cancelled : .unreachable(error)
        } catch {
            throw .cancelled
        }
    }

    private init(_ target: CardTarget, connection: any Connection, loop: any Loop) {
        self.target = target
        self.connection = connection
        self.loop = loop
        reader = FrameReader(connection, format: CardFrame.format)
        writer = FrameWriter(connection, format: CardFrame.format)
    }

    func close() {
        connection.close()
    }

    /// Ends the connection when the card has been silent for longer than the present wait allows.
    func expire(at instant: Instant) {
        guard let expectation, expectation.deadline <= instant, expired == nil else { return }
        expired = .silent(stage: expectation.stage, limit: expectation.limit)
        connection.close()
    }

    // MARK: Requests

    /// Asks who the card is; it must be the one in the slot.
    func hello(_ engine: String) async throws(CardFailure) -> CardIdentity {
        let reply = try await ask(.hello(Hello(engine: engine)), stage: .hello, limit: DownloadLimits.hello)
        guard case .identity(let identity) = reply else { throw unexpected(reply, stage: .hello) }
        guard Int(identity.slot) == target.slot else {
            throw .wrongSlot(expected: target.slot, found: Int(identity.slot), serialNumber: identity.serialNumber)
        }
        epoch = identity.epoch
        return identity
    }

    /// Prepares the card for the image, from its beginning.
    func start(_ manifest: Manifest, sectionBytes: Int) async throws(CardFailure) {
        let start = StartDownload(
            cardType: manifest.cardType, version: manifest.version, imageBytes: manifest.imageBytes,
            digest: manifest.digest, sectionBytes: UInt32(sectionBytes), offset: 0, epoch: epoch,
            securityNumber: manifest.securityNumber)
        let reply = try await ask(.startDownload(start), stage: .start, limit: DownloadLimits.start)
        guard case .downloadStarted(let started) = reply, started.offset == 0 else {
            throw unexpected(reply, stage: .start)
        }
        try setWindow(started.windowBytes, stage: .start)
    }

    /// How much of a section could be sent at once.
    enum Sending {
        case all
        /// Nothing: the card's window has no room for it before `waitForAcknowledgement`.
        case windowIsFull
        /// A part: `finishSection` must follow, and nothing before it.
        case begun
    }

    /// Sends a section as far as the card's window and the connection take it now.
    ///
    /// Mostly that is all of it, and takes no suspension: with many fast cards those would cost as much as the sending.
    func sendNow(offset: UInt64, bytes: UnsafeRawBufferPointer, checksum: UInt32) throws(CardFailure) -> Sending {
        // They are cumulative: to take them when the window seems full is often enough, and takes several at once.
        if !hasRoom(for: bytes.count) {
            try takeAcknowledgements()
            guard hasRoom(for: bytes.count) else { return .windowIsFull }
        }
        do {
            let isSent = try writer.startSection(
                type: CardFrame.section.rawValue, offset: offset, bytes: bytes, checksum: checksum)
            guard isSent else { return .begun }
        } catch {
            throw failure(error, stage: .section)
        }
        sentBytes += UInt64(bytes.count)
        return .all
    }

    private func hasRoom(for count: Int) -> Bool {
        sentBytes + UInt64(count) <= programmedBytes + windowBytes
    }

    /// Sends the rest of the section that was begun; returns when the connection has taken it.
    func finishSection(_ bytes: UnsafeRawBufferPointer) async throws(CardFailure) {
        expect(.section, within: DownloadLimits.section)
        do {
            try await writer.finishSection(bytes)
        } catch {
            throw failure(error, stage: .section)
        }
        sentBytes += UInt64(bytes.count)
        expectation = nil
    }

    /// Sends a section once the card's window has room for it; returns when the connection has taken it.
    func send(offset: UInt64, bytes: UnsafeRawBufferPointer, checksum: UInt32) async throws(CardFailure) {
        while true {
            switch try sendNow(offset: offset, bytes: bytes, checksum: checksum) {
            case .all: return
            case .windowIsFull: try await waitForAcknowledgement()
            case .begun: return try await finishSection(bytes)
            }
        }
    }

    /// Waits until everything that was sent is in flash.
    func waitUntilProgrammed() async throws(CardFailure) {
        while programmedBytes < sentBytes { try await waitForAcknowledgement() }
    }

    /// Lets the card verify what it has and make it valid.
    func end(_ manifest: Manifest) async throws(CardFailure) {
        let request = CardRequest.endDownload(EndDownload(imageBytes: manifest.imageBytes))
        var reply = try await ask(request, stage: .result, limit: DownloadLimits.result)
        while case .acknowledgement = reply {
            // A card that acknowledges is alive: the limit counts from here.
            expect(.result, within: DownloadLimits.result)
            try note(reply)
            reply = try await self.reply(stage: .result)
        }
        expectation = nil
        guard case .downloadResult(let result) = reply else { throw unexpected(reply, stage: .result) }
        guard result.digest == manifest.digest, result.imageBytes == manifest.imageBytes else {
            throw .link(stage: .result, .violation(.unexpected("a result for another image (\(result.digest))")))
        }
    }

    /// Tells the card to give the download up, and waits until it has. There is nothing to do if that fails: a card without an
    /// end never makes its instance valid.
    func abort(_ reason: String) async {
        var reply = try? await ask(.abort(Abort(reason: reason)), stage: .result, limit: DownloadLimits.hello)
        while case .acknowledgement = reply {
            expect(.result, within: DownloadLimits.hello)
            reply = try? await self.reply(stage: .result)
        }
        expectation = nil
    }

    // MARK: Replies

    private func ask(_ request: CardRequest, stage: DownloadStage, limit: Duration) async throws(CardFailure)
        -> CardReply
    {
        expect(stage, within: limit)
        do {
            try await writer.write(type: request.frame.rawValue, payload: request.encodePayload())
        } catch {
            throw failure(error, stage: stage)
        }
        let reply = try await reply(stage: stage)
        expectation = nil
        return reply
    }

    /// Waits for the next reply.
    private func reply(stage: DownloadStage) async throws(CardFailure) -> CardReply {
        let frame: (header: FrameHeader, payload: UnsafeRawBufferPointer)?
        do { frame = try await reader.frame() } catch { throw failure(error, stage: stage) }
        guard let frame else { throw failure(.connection(.endedEarly), stage: stage) }
        return try decode(frame.header, frame.payload, stage: stage)
    }

    /// Takes the acknowledgements that have arrived, and waits for none.
    private func takeAcknowledgements() throws(CardFailure) {
        while true {
            let frame: (header: FrameHeader, payload: UnsafeRawBufferPointer)?
            do { frame = try reader.nextFrame() } catch { throw failure(error, stage: .section) }
            guard let frame else { return }
            guard frame.header.type == CardFrame.acknowledgement.rawValue else {
                throw unexpected(try decode(frame.header, frame.payload, stage: .section), stage: .section)
            }
            let acknowledgement: Acknowledgement
            do { acknowledgement = try Acknowledgement(payload: frame.payload) } catch {
                throw failure(.violation(error), stage: .section)
            }
            try note(acknowledgement)
        }
    }

    /// Waits until the card has programmed more.
    func waitForAcknowledgement() async throws(CardFailure) {
        expect(.section, within: DownloadLimits.section)
        let before = programmedBytes
        while programmedBytes == before {
            do { try await connection.waitUntilReadable() } catch { throw failure(.connection(error), stage: .section) }
            try takeAcknowledgements()
        }
        expectation = nil
    }

    /// - Throws: `refused` when the card says no.
    private func decode(
        _ header: FrameHeader, _ payload: UnsafeRawBufferPointer, stage: DownloadStage
    ) throws(CardFailure) -> CardReply {
        let reply: CardReply
        do throws(ProtocolError) {
            guard let frame = CardFrame(rawValue: header.type) else { throw .unknownType(header.type) }
            reply = try CardReply(frame, payload: payload)
        } catch {
            throw failure(.violation(error), stage: stage)
        }
        if case .refusal(let refusal) = reply { throw .refused(stage: stage, refusal) }
        return reply
    }

    private func note(_ reply: CardReply) throws(CardFailure) {
        guard case .acknowledgement(let acknowledgement) = reply else { throw unexpected(reply, stage: .section) }
        try note(acknowledgement)
    }

    private func note(_ acknowledgement: Acknowledgement) throws(CardFailure) {
        guard (programmedBytes...sentBytes).contains(acknowledgement.programmedBytes) else {
            let claim =
                "\(acknowledgement.programmedBytes) bytes acknowledged, \(sentBytes) sent, \(programmedBytes) before"
            throw .link(stage: .section, .violation(.unexpected(claim)))
        }
        programmedBytes = acknowledgement.programmedBytes
        try setWindow(acknowledgement.windowBytes, stage: .section)
    }

    private func setWindow(_ bytes: UInt32, stage: DownloadStage) throws(CardFailure) {
        guard bytes <= DownloadLimits.windowBytes else {
            throw .link(stage: stage, .violation(.malformed("a window of \(bytes) bytes")))
        }
        windowBytes = UInt64(bytes)
    }

    private func expect(_ stage: DownloadStage, within limit: Duration) {
        expectation = (stage, limit, loop.now.advanced(by: limit))
    }

    private func unexpected(_ reply: CardReply, stage: DownloadStage) -> CardFailure {
        .link(stage: stage, .violation(.unexpected("\(reply.frame)")))
    }

    /// A connection that the watch has ended failed because of the silence.
    private func failure(_ error: LinkError, stage: DownloadStage) -> CardFailure {
        if let expired { return expired }
        return error == .connection(.cancelled) ? .cancelled : .link(stage: stage, error)
    }
}
