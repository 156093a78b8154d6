package import Settings
package import SoftwareImage

/// Reads an image's manifest: `{type: adsl, version: 2.0.0, size: 16777216, sha256: …, sequence: 7}`, as YAML or JSON.
package enum ManifestReader {
    /// - Throws: why the file cannot be read, and all that is wrong in it.
    package static func read(contentsOf path: String) throws(SettingsError) -> Manifest {
        try read(SourceText(contentsOf: path))
    }

    package static func read(_ source: SourceText) throws(SettingsError) -> Manifest {
        let document = try SettingsDocument(source)
        let manifest = read(document.root)
        try document.check()
        guard let manifest else { preconditionFailure("a manifest that was not read has a diagnostic") }
        return manifest
    }

    /// Reads a manifest that stands in another file; nil when something is wrong with it, which is then reported.
    package static func read(_ setting: Setting) -> Manifest? {
        guard let fields = setting.fields(["type", "version", "size", "sha256", "sequence"]) else { return nil }
        let cardType = fields.required("type")?.name()
        let version = fields.required("version")?.version()
        let size = fields.required("size")?.byteCount(in: ByteCount(1)...ImageLimits.maximumImage)
        let digest = fields.required("sha256").flatMap(digest)
        let sequence = fields["sequence"].map { $0.integer(in: 0...UInt64.max) } ?? 0
        guard let cardType, let version, let size, let digest, let sequence else { return nil }
        return Manifest(
            cardType: cardType.description, version: version, imageBytes: size.bytes, digest: digest,
            securityNumber: sequence)
    }

    private static func digest(_ setting: Setting) -> ImageDigest? {
        guard let text = setting.text("64 hexadecimal digits") else { return nil }
        guard let digest = ImageDigest(hexadecimal: text) else {
            setting.report("is \(text.quoted), with \(text.count) characters; expected 64 hexadecimal digits")
            return nil
        }
        return digest
    }
}
