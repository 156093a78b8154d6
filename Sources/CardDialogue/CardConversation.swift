package import CardLink
package import CardProtocol
package import Runtime
import TLS

/// The conversation with one card: each request with the wait for its answer, the card's epoch, and the deadlines.
///
/// Owned by one agent, in the isolation of its actor. Every wait notes what it waits for and until when; the agent's watch looks
/// at it (`expire`) and ends the connection of a card that is silent for longer.
package final class CardConversation {
    package let target: CardTarget
    package let reader: FrameReader
    package let writer: FrameWriter
    /// The card's, as its last answer told it: what the next request names.
    package private(set) var epoch: UInt64 = 0
    private let loop: any Loop
    private let connection: any Connection
    /// What the card's certificate says; nil on a clear link.
    private let provenSerialNumber: String?

    private var expectation: (stage: CardStage, limit: Duration, deadline: Instant)?
    private var expired: CardFailure?

    /// Connects, and where the link is to be secure shakes hands.
    ///
    /// - Parameter sendBufferBytes: what the kernel may hold for the card of bytes that are under way (SO_SNDBUF).
    package static func open(
        _ target: CardTarget, network: any Network, loop: any Loop, sendBufferBytes: Int
    ) async throws(CardFailure) -> CardConversation {
        let connection = try await connect(target, network: network, loop: loop, sendBufferBytes: sendBufferBytes)
        guard let security = target.security else {
            return CardConversation(target, connection: connection, provenSerialNumber: nil, loop: loop)
        }
        do throws(ConnectionError) {
            let secured = try await TLSConnection.secured(
                connection, by: security, expecting: target.serialNumber, loop: loop)
            return CardConversation(
                target, connection: secured, provenSerialNumber: secured.peer?.name, loop: loop)
        } catch {
            throw error == .cancelled ? .cancelled : .link(stage: .secure, .connection(error))
        }
    }

    private static func connect(
        _ target: CardTarget, network: any Network, loop: any Loop, sendBufferBytes: Int
    ) async throws(CardFailure) -> any Connection {
        let options = SocketOptions(
            sendBufferBytes: sendBufferBytes, receiveBufferBytes: ConversationLimits.receiveBufferBytes)
        do {
            return try await loop.withDeadline(ConversationLimits.connect, "connection") {
                try await network.connect(to: target.endpoint, options: options)
            }
        } catch is DeadlinePassed {
            throw .noConnection(target.endpoint, limit: ConversationLimits.connect)
        } catch let error as ConnectionError {
            throw error == .cancelled ? .cancelled : .unreachable(error)
        } catch {
            throw .cancelled
        }
    }

    private init(
        _ target: CardTarget, connection: any Connection, provenSerialNumber: String?, loop: any Loop
    ) {
        self.target = target
        self.provenSerialNumber = provenSerialNumber
        self.connection = connection
        self.loop = loop
        reader = FrameReader(connection, format: CardFrame.format)
        writer = FrameWriter(connection, format: CardFrame.format)
    }

    package func close() {
        connection.close()
    }

    /// On the loop's clock.
    package var now: Instant { loop.now }
    package var turnTime: Instant { loop.turnTime }

    // MARK: Deadlines

    /// Ends the connection when the card has been silent for longer than the present wait allows.
    func expire(at instant: Instant) {
        guard let expectation, expectation.deadline <= instant, expired == nil else { return }
        expired = .silent(stage: expectation.stage, limit: expectation.limit)
        connection.close()
    }

    /// The card must do something for `stage` from now on, within `limit`.
    package func expect(_ stage: CardStage, within limit: Duration) {
        expectation = (stage, limit, loop.turnTime.advanced(by: limit))
    }

    /// Nothing is waited for any more.
    package func expectNothing() {
        expectation = nil
    }

    // MARK: Requests

    /// Asks who the card is; it must be the one in the slot.
    package func hello(_ engine: String) async throws(CardFailure) -> CardIdentity {
        let reply = try await ask(.hello(Hello(engine: engine)), stage: .hello, limit: ConversationLimits.hello)
        guard case .identity(let identity) = reply else { throw unexpected(reply, stage: .hello) }
        guard Int(identity.slot) == target.slot else {
            throw .wrongSlot(expected: target.slot, found: Int(identity.slot), serialNumber: identity.serialNumber)
        }
        // What the plan expects was looked for in the certificate already.
        if let expected = provenSerialNumber ?? target.serialNumber, identity.serialNumber != expected {
            throw .wrongCard(expected: expected, found: identity.serialNumber, isProven: provenSerialNumber != nil)
        }
        return identity
    }

    package func ask(_ request: CardRequest, stage: CardStage, limit: Duration) async throws(CardFailure) -> CardReply {
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

    // MARK: Replies

    /// Waits for the next reply.
    ///
    /// - Throws: `refused` when the card says no.
    package func reply(stage: CardStage) async throws(CardFailure) -> CardReply {
        let frame: (header: FrameHeader, payload: UnsafeRawBufferPointer)?
        do { frame = try await reader.frame() } catch { throw failure(error, stage: stage) }
        guard let frame else { throw failure(.connection(.endedEarly), stage: stage) }
        return try decode(frame.header, frame.payload, stage: stage)
    }

    /// Waits until something of a reply has arrived, or the connection has ended.
    package func waitUntilReadable(stage: CardStage) async throws(CardFailure) {
        do { try await connection.waitUntilReadable() } catch { throw failure(.connection(error), stage: stage) }
    }

    /// - Throws: `refused` when the card says no.
    package func decode(
        _ header: FrameHeader, _ payload: UnsafeRawBufferPointer, stage: CardStage
    ) throws(CardFailure) -> CardReply {
        let reply: CardReply
        do throws(ProtocolError) {
            guard let frame = CardFrame(rawValue: header.type) else { throw .unknownType(header.type) }
            reply = try CardReply(frame, payload: payload)
        } catch {
            throw failure(.violation(error), stage: stage)
        }
        if let told = reply.epoch { epoch = told }
        if case .refusal(let refusal) = reply { throw .refused(stage: stage, refusal) }
        return reply
    }

    package func unexpected(_ reply: CardReply, stage: CardStage) -> CardFailure {
        .link(stage: stage, .violation(.unexpected("\(reply.frame)")))
    }

    /// A connection that the watch has ended failed because of the silence.
    package func failure(_ error: LinkError, stage: CardStage) -> CardFailure {
        if let expired { return expired }
        return error == .connection(.cancelled) ? .cancelled : .link(stage: stage, error)
    }
}
