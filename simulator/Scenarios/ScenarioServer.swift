package import Settings

/// Where the image is downloaded from.
package struct ScenarioServer: Equatable, Sendable {
    package enum Source: Equatable, Sendable {
        /// The simulator's own server, within its process.
        case embedded(ServerProtocol)
        /// A server that the simulator starts as a process of its own.
        case program(ServerProgram)
        /// A server that runs already: the image's URL, or its folder's with a slash at the end.
        case running(ServerURL)
    }

    package struct Account: Equatable, Sendable {
        package var user: String
        package var password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    package var source: Source
    /// Where a server that the simulator starts listens, on loopback; nil: on a free port.
    package var port: UInt16?
    /// Of a program and of a running server only the rate is known, by which the lower bound is reckoned.
    package var link: ScenarioLink
    /// nil for anonymous.
    package var account: Account?

    package init(source: Source, port: UInt16? = nil, link: ScenarioLink, account: Account?) {
        self.source = source
        self.port = port
        self.link = link
        self.account = account
    }

    /// It is the simulator's own.
    package var isEmbedded: Bool {
        if case .embedded = source { true } else { false }
    }

    /// The image's URL on a server that runs already; nil for one that the simulator starts.
    package func url(of image: ScenarioImage) -> ServerURL? {
        guard case .running(let url) = source else { return nil }
        guard url.isFolder else { return url }
        return try? ServerURL(url.description + Self.percentEncoded(image.fileName))
    }

    private static func percentEncoded(_ name: String) -> String {
        name.utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "._-~+".unicodeScalars.contains(scalar)
            {
                return String(scalar)
            }
            let code = String(byte, radix: 16, uppercase: true)
            return "%" + (code.count < 2 ? "0" : "") + code
        }.joined()
    }
}

package enum ServerProtocol: String, CaseIterable, Sendable {
    case ftp, http
}

package enum ServerProgram: String, CaseIterable, Sendable {
    /// Debian's, on a free port of the loopback interface.
    case vsftpd
}
