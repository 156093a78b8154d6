package import Faults
package import Links

/// What an emulated file server lets in, and how fast it is.
package struct FileServerSettings: Sendable {
    /// Who may log in.
    package enum Login: Equatable, Sendable, CustomStringConvertible {
        /// The users `anonymous` and `ftp`, with any password (RFC 1635).
        case anonymous
        case password(user: String, password: String)

        /// Without the password: it may stand in no log.
        package var description: String {
            switch self {
            case .anonymous: "anonymous"
            case .password(let user, _): "user \(user)"
            }
        }
    }

    /// What is spoken: FTP, or HTTP/1.1 without TLS.
    package enum Language: Sendable {
        case ftp, http
    }

    package var language: Language
    package var login: Login
    /// The one line by which the whole server is reached: its data connections share the rate downstream; commands,
    /// replies and data have its latency.
    package var link: LinkSettings
    package var limits: FileServerLimits
    package var faults: FileServerFaults

    package init(
        language: Language = .ftp, login: Login = .anonymous, link: LinkSettings = .unlimited,
        limits: FileServerLimits = FileServerLimits(), faults: FileServerFaults = .none
    ) {
        self.language = language
        self.login = login
        self.link = link
        self.limits = limits
        self.faults = faults
    }
}

/// The limits of a file server. All of them are at least 1, or longer than zero.
package struct FileServerLimits: Sendable {
    /// Sessions at once; a further one is told 421. More than a shelf of direct pulls needs, far fewer than descriptors.
    package var sessions = 256
    /// How long a session may send no command while nothing is transferred: RFC 959 asks for 5 minutes or more.
    package var idleTime: Duration = .seconds(300)
    /// How long a client may take nothing of a file that it asked for, as it does when its buffers are full.
    package var transferStallTime: Duration = .seconds(300)
    /// How long a transfer waits for the client's data connection: local, so a second would do; the rest is for a busy host.
    package var dataConnectionWait: Duration = .seconds(10)
    /// Wrong passwords before a session is closed.
    package var loginAttempts = 3

    package init() {}
}
