/// Why an image did not come.
package enum SourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody answers there.
    case unreachable(url: String, cause: String)
    /// The server does not let us in (530).
    case loginRefused(url: String, reply: String)
    /// The server has no such file, or does not give it (550).
    case notFound(url: String, reply: String)
    /// The transfer broke or stalled after `receivedBytes`.
    case interrupted(url: String, receivedBytes: UInt64, cause: String)
    /// The sink wanted no more.
    case refusedBySink(SinkRefusal)
    case cancelled

    /// The server is not to be had at all, or does not let us have the file: nothing was transferred.
    package var isUnavailability: Bool {
        switch self {
        case .unreachable, .loginRefused, .notFound: true
        case .interrupted, .refusedBySink, .cancelled: false
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let url, let cause):
            "cannot reach the file server of \(url): \(cause); is it running, and is the port right?"
        case .loginRefused(let url, let reply):
            "the file server of \(url) refuses the login: \(reply); check user and password"
        case .notFound(let url, let reply):
            "the file server does not give \(url): \(reply); check the path"
        case .interrupted(let url, let bytes, let cause):
            "the transfer of \(url) broke after \(bytes) bytes: \(cause)"
        case .refusedBySink(let refusal): refusal.description
        case .cancelled: "cancelled"
        }
    }
}
