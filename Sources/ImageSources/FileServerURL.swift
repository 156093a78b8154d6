/// Where an image lies on a file server, and who asks for it. The password appears in no description, log or argument.
package struct FileServerURL: Sendable, CustomStringConvertible {
    package let url: String
    package let user: String
    package let password: String

    /// - Parameter user: nil for the anonymous login (RFC 1635).
    package init(url: String, user: String? = nil, password: String? = nil) {
        self.url = url
        self.user = user ?? "anonymous"
        self.password = password ?? (user == nil ? "ce@" : "")
    }

    package var description: String { url }
}
