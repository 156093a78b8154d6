/// Why an image did not come.
package enum SourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody answers there.
    case unreachable(url: String, cause: String)
    /// The server cannot prove who it is, or does not encrypt.
    case untrusted(url: String, cause: String)
    /// The server does not let us in (FTP: 530; HTTP: 401, 403).
    case loginRefused(url: String, reply: String)
    /// The server has no such file, or does not give it (FTP: 550; HTTP: 4xx).
    case notFound(url: String, reply: String)
    /// What the server gives is not the file's own bytes, whole and once: a redirect, an encoding, another size.
    case unsuitable(url: String, cause: String)
    /// The server does not begin where it was asked to: it refuses or ignores REST or Range.
    case resumptionRefused(url: String, offset: UInt64, reply: String)
    /// It is not the image that an earlier session was of.
    case changed(url: String, cause: String)
    /// The transfer broke or stalled after `receivedBytes`.
    case interrupted(url: String, receivedBytes: UInt64, cause: String)
    /// No card gives the image, or goes on giving it.
    case noDonor(cause: String)
    /// Several sources were tried, and the last errors were these.
    case allFailed([SourceError])
    /// The sink wanted no more.
    case refusedBySink(SinkRefusal)
    case cancelled

    /// The server is not to be had at all, or does not let us have the file: nothing was transferred.
    package var isUnavailability: Bool {
        switch self {
        case .unreachable, .untrusted, .loginRefused, .notFound, .noDonor: true
        case .allFailed(let errors): errors.allSatisfy(\.isUnavailability)
        case .unsuitable, .resumptionRefused, .changed, .interrupted, .refusedBySink, .cancelled: false
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let url, let cause):
            "cannot reach the file server of \(url): \(cause); is it running, and is the port right?"
        case .untrusted(let url, let cause):
            "the file server of \(url) is not to be trusted: \(cause); check its certificate, its name in the URL, and ca"
        case .loginRefused(let url, let reply):
            "the file server of \(url) refuses the login: \(reply); check user and password"
        case .notFound(let url, let reply):
            "the file server does not give \(url): \(reply); check the path"
        case .unsuitable(let url, let cause):
            "the file server does not give \(url) as it is: \(cause)"
        case .resumptionRefused(let url, let offset, let reply):
            "the file server gives \(url) from its beginning only, not from byte \(offset): \(reply)"
        case .changed(let url, let cause):
            "\(url) changed while it was fetched: \(cause); begin again with the new image's manifest"
        case .interrupted(let url, let bytes, let cause):
            "the transfer of \(url) broke after \(bytes) bytes: \(cause)"
        case .noDonor(let cause): "no card gives the image: \(cause)"
        case .allFailed(let errors): errors.map(\.description).joined(separator: "; and ")
        case .refusedBySink(let refusal): refusal.description
        case .cancelled: "cancelled"
        }
    }
}
