/// Why a byte stream is not the protocol. Any of them ends the connection: there is no way to find the next frame.
package enum ProtocolError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The first two bytes are not the magic: something else speaks here.
    case notTheProtocol(magic: UInt16)
    case unknownVersion(UInt8)
    case unknownType(UInt8)
    /// The payload is longer than its type allows.
    case oversize(type: UInt8, bytes: UInt32, limit: Int)
    /// The payload is shorter than what every payload of its type has.
    case undersize(type: UInt8, bytes: UInt32, minimum: Int)
    case headerChecksum
    case payloadChecksum(type: UInt8)
    /// Frames are numbered from 0 in each direction.
    case outOfSequence(expected: UInt32, found: UInt32)
    case malformed(String)
    /// A valid frame that may not come in this state.
    case unexpected(String)

    package var description: String {
        switch self {
        // How a TLS hello begins (RFC 8446 section 5.1).
        case .notTheProtocol(magic: 0x1603):
            "the peer speaks TLS, and this link is clear; set link_security alike on both sides"
        case .notTheProtocol(let magic): "not the card protocol: the magic is 0x\(String(magic, radix: 16))"
        case .unknownVersion(let version): "protocol version \(version) is not known here"
        case .unknownType(let type): "frame type 0x\(String(type, radix: 16)) is not known"
        case .oversize(let type, let bytes, let limit):
            "a frame of type 0x\(String(type, radix: 16)) announces \(bytes) bytes; the limit is \(limit)"
        case .undersize(let type, let bytes, let minimum):
            "a frame of type 0x\(String(type, radix: 16)) announces \(bytes) bytes; the least is \(minimum)"
        case .headerChecksum: "a frame's header has a wrong checksum"
        case .payloadChecksum(let type): "a frame of type 0x\(String(type, radix: 16)) has a wrong checksum"
        case .outOfSequence(let expected, let found): "frame number \(found) came where \(expected) was due"
        case .malformed(let what): "malformed frame: \(what)"
        case .unexpected(let what): "unexpected frame: \(what)"
        }
    }
}
