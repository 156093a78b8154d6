package import CardLink
import CardProtocol
import Runtime

/// One connection to a card, as its two tasks share it: the receiver reads frames, the responder acts on them and is the
/// only one who writes. Both are methods of the card.
final class CardSession {
    /// The header and payload of the longest request; sections pass by it.
    private static let readerBytes = FrameHeader.byteCount + CardFrame.controlPayloadBytes

    let connection: any Connection
    let reader: FrameReader
    let writer: FrameWriter
    /// Opens at every change of the fields below.
    let gate: Gate
    /// Who asks, as its hello said.
    var engine = ""
    /// The request that waits for the responder, and the number of its frame. The receiver reads on when it is done.
    var request: (request: CardRequest, sequence: UInt32)?
    var download: Download?
    /// Bytes of a section come slowly: the CE shall hear that the card is alive.
    var owesSign = false
    /// Set when the receiver has ended.
    var inputEnd: SessionEnd?
    /// The responder found a request that may not come in this state.
    var violation: ProtocolError?
    /// The peer can no longer be told anything; what has arrived is programmed all the same.
    var isDeaf = false

    init(_ connection: any Connection, loop: any Loop) {
        self.connection = connection
        reader = FrameReader(connection, format: CardFrame.format, bufferBytes: Self.readerBytes)
        writer = FrameWriter(connection, format: CardFrame.format)
        gate = Gate(loop: loop)
    }
}

/// How a session ended.
package enum SessionEnd: Error, Equatable, Sendable, CustomStringConvertible {
    /// The CE has ended its stream between two frames.
    case peerClosed
    /// The connection broke, or what came was not the protocol.
    case failed(LinkError)
    /// The card stops.
    case cancelled

    package var description: String {
        switch self {
        case .peerClosed: "the peer closed the connection"
        case .failed(let error): error.description
        case .cancelled: "the card stops"
        }
    }
}
