package import CardProtocol
package import Runtime

/// Why a frame could not be sent or received.
package enum LinkError: Error, Equatable, Sendable, CustomStringConvertible {
    case connection(ConnectionError)
    case violation(ProtocolError)

    package var description: String {
        switch self {
        case .connection(let error): error.description
        case .violation(let error): error.description
        }
    }
}
