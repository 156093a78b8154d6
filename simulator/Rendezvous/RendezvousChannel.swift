import CardLink
import CardProtocol
import Runtime

/// A connection that carries rendezvous messages. Owned by one task at a time.
final class RendezvousChannel {
    private static let readerBytes = FrameHeader.byteCount + RendezvousFrame.settingsBytes

    let connection: any Connection
    private var reader: FrameReader
    private let writer: FrameWriter

    init(_ connection: any Connection) {
        self.connection = connection
        reader = FrameReader(connection, format: RendezvousFrame.format, bufferBytes: Self.readerBytes)
        writer = FrameWriter(connection, format: RendezvousFrame.format)
    }

    /// Lets go of the memory that settings need: from here on there are only orders.
    func shrink() {
        reader = FrameReader(
            connection, format: RendezvousFrame.format, bufferBytes: FrameHeader.byteCount + Self.orderBytes)
    }

    private static let orderBytes = 3

    func send(_ message: RendezvousMessage) async throws(LinkError) {
        try await writer.write(type: message.frame.rawValue, payload: message.encodePayload())
    }

    /// The next message; nil when the peer has ended its stream.
    func receive() async throws(LinkError) -> RendezvousMessage? {
        guard let header = try await reader.header() else { return nil }
        let payload = try await reader.payload(of: header)
        do { return try RendezvousMessage(type: header.type, payload: payload) } catch { throw .violation(error) }
    }
}
