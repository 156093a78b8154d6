package import Runtime

/// Where an image lies, and who asks for it. The password appears in no description, log or argument.
package struct FileServerURL: Sendable, CustomStringConvertible {
    package let url: String
    /// nil: nobody in particular.
    package let user: String?
    package let password: String?
    /// A file with the certificates of those who may vouch for the server, in PEM, in place of the system's; nil: the
    /// system's. Of no meaning where nothing is encrypted.
    package let authorityFile: String?

    package init(url: String, user: String? = nil, password: String? = nil, authorityFile: String? = nil) {
        self.url = url
        self.user = user
        self.password = password
        self.authorityFile = authorityFile
    }

    package var description: String { url }

    /// What speaks to the server; nil for a URL that none of them knows.
    var access: Access? { Access(rawValue: url.prefix { $0 != ":" }.lowercased()) }

    /// What libcurl has the URL as: it does not know the scheme that asks for AUTH TLS.
    var curlURL: String {
        access == .ftpOverExplicitTLS ? "ftp\(url.drop { $0 != ":" })" : url
    }

    enum Access: String {
        case ftp
        /// AUTH TLS, then everything encrypted (RFC 4217).
        case ftpOverExplicitTLS = "ftpes"
        case ftpOverImplicitTLS = "ftps"
        case http, https, file

        /// What CURLOPT_PROTOCOLS_STR(3) calls it.
        var curlProtocol: String { self == .ftpOverExplicitTLS ? "ftp" : rawValue }
        var isHTTP: Bool { self == .http || self == .https }
        var isEncrypted: Bool { [.ftpOverExplicitTLS, .ftpOverImplicitTLS, .https].contains(self) }
    }
}

extension FileServerURL {
    /// What fetches from there: libcurl, or for a file of this machine open(2).
    ///
    /// - Parameters:
    ///   - path: of a file, as open(2) takes it; nil on a server.
    ///   - receiveBufferBytes, limits: see `CurlSource`.
    package func source(
        path: String?, receiveBufferBytes: Int = CurlSource.defaultReceiveBufferBytes,
        limits: CurlLimits = CurlLimits(), loop: EventLoop
    ) -> any ImageSource {
        guard access == .file, let path else {
            return CurlSource(self, receiveBufferBytes: receiveBufferBytes, limits: limits, loop: loop)
        }
        return LocalFileSource(url: url, path: path, loop: loop)
    }
}
