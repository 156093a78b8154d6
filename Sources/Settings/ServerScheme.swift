/// How a file is fetched: what a URL begins with.
package enum ServerScheme: String, CaseIterable, Sendable {
    case ftp
    /// FTP whose control and data connections are encrypted by AUTH TLS (RFC 4217).
    case ftpes
    /// FTP that is encrypted from the first byte on.
    case ftps
    case http
    case https
    /// A file on this machine, by its absolute path (RFC 8089).
    case file

    /// nil for a file, which has none.
    package var defaultPort: UInt16? {
        switch self {
        case .ftp, .ftpes: 21
        case .ftps: 990
        case .http: 80
        case .https: 443
        case .file: nil
        }
    }

    /// Whether the server has to prove who it is.
    package var isEncrypted: Bool {
        switch self {
        case .ftpes, .ftps, .https: true
        case .ftp, .http, .file: false
        }
    }

    /// Those by which a server is asked.
    package static let ofServers = allCases.filter { $0 != .file }

    /// `ftp, http and file`.
    static func text(_ schemes: [ServerScheme]) -> String {
        let names = schemes.map(\.rawValue)
        guard names.count > 1 else { return names.joined() }
        return "\(names.dropLast().joined(separator: ", ")) and \(names.last!)"
    }
}
