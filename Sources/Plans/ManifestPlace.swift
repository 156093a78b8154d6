package import Settings

/// A manifest on a server, and all that it takes to ask for it.
package struct ManifestPlace: Equatable, Sendable {
    package var url: ServerURL
    /// As for the image itself.
    package var user: String?
    package var passwordFile: String?
    package var authorityFile: String?

    package init(
        url: ServerURL, user: String? = nil, passwordFile: String? = nil, authorityFile: String? = nil
    ) {
        self.url = url
        self.user = user
        self.passwordFile = passwordFile
        self.authorityFile = authorityFile
    }

    /// Behind the image's own name: the manifest of `adsl.img` is `adsl.img.manifest.yaml`, where the plan names none.
    package static let suffix = ".manifest.yaml"
}

/// Brings a manifest's text: the plan's reader knows where it is, not how to get it.
package typealias ManifestFetch = (ManifestPlace) throws(FileError) -> [UInt8]
