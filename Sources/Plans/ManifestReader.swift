package import Settings
package import SoftwareImage

/// Reads an image's manifest: `{type: adsl, version: 2.0.0, size: 16777216, sha256: …, sequence: 7}` and more, as YAML or JSON
/// (`docs/manifest.md`).
package enum ManifestReader {
    private static let keys = [
        "type", "revisions", "version", "sequence", "created", "expires", "size", "sha256", "blocks", "signatures",
    ]

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

    /// Makes a manifest of options alone.
    package static func read(_ overrides: [SettingsOverride]) throws(SettingsError) -> Manifest {
        let document = SettingsDocument(overrides: overrides, name: "command line")
        let manifest = read(document.root)
        try document.check()
        guard let manifest else { preconditionFailure("a manifest that was not read has a diagnostic") }
        return manifest
    }

    /// Reads a manifest that stands in another file; nil when something is wrong with it, which is then reported.
    package static func read(_ setting: Setting) -> Manifest? {
        guard let fields = setting.fields(keys) else { return nil }
        let cardType = fields.required("type")?.name()
        let version = fields.required("version")?.version()
        let size = fields.required("size")?.byteCount(in: ByteCount(1)...ImageLimits.maximumImage)
        let digest = fields.required("sha256").flatMap(digest)
        let sequence = fields["sequence"].map { $0.integer(in: 0...UInt64.max) } ?? 0
        let revisions = fields["revisions"].map { Self.revisions($0) } ?? []
        // A value is optional twice: not there, and not right.
        let created = fields["created"].map { time($0) }
        let expires = fields["expires"].map { time($0) }
        if let created = created.flatMap({ $0 }), let expires = expires.flatMap({ $0 }), expires <= created {
            fields["expires"]!.report("is \(expires), and the manifest was created at \(created)")
            return nil
        }
        let blocks = fields["blocks"].map { Self.blocks($0, imageBytes: size?.bytes) }
        let signatures = fields["signatures"].map { Self.signatures($0) } ?? []
        guard let cardType, let version, let size, let digest, let sequence, let revisions, let signatures,
            isRight(created), isRight(expires), isRight(blocks)
        else { return nil }
        return Manifest(
            ManifestStatement(
                cardType: cardType.description, hardwareRevisions: revisions, version: version,
                securityNumber: sequence, created: created ?? nil, expires: expires ?? nil, imageBytes: size.bytes,
                digest: digest),
            blocks: blocks ?? nil, signatures: signatures)
    }

    /// Not there, or there and right.
    private static func isRight<Value>(_ value: Value??) -> Bool {
        if let value { value != nil } else { true }
    }

    private static func digest(_ setting: Setting) -> ImageDigest? {
        guard let text = setting.text("64 hexadecimal digits") else { return nil }
        guard let digest = ImageDigest(hexadecimal: text) else {
            setting.report("is \(text.quoted), with \(text.count) characters; expected 64 hexadecimal digits")
            return nil
        }
        return digest
    }

    private static func time(_ setting: Setting) -> ManifestTime? {
        let expectation = "a time in UTC such as 2027-06-30T12:00:00Z, or a day such as 2027-06-30, from 1970 on"
        guard let text = setting.text(expectation) else { return nil }
        guard let time = ManifestTime(text) else {
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return time
    }

    private static func revisions(_ setting: Setting) -> [String]? {
        guard let list = setting.list("a list of hardware revisions such as [A, B2]") else { return nil }
        guard (1...ManifestLimits.maximumRevisions).contains(list.count) else {
            setting.report(
                "has \(list.count) revisions; from 1 to \(ManifestLimits.maximumRevisions) can be named, or leave it out for all"
            )
            return nil
        }
        var revisions: [String] = []
        for item in list {
            guard let name = item.name()?.description else { continue }
            if name.utf8.count > ManifestLimits.maximumRevisionBytes {
                item.report("has \(name.utf8.count) characters; the most is \(ManifestLimits.maximumRevisionBytes)")
            } else if revisions.contains(name) {
                item.report("is \(name.quoted), which stands there twice")
            } else {
                revisions.append(name)
            }
        }
        // By their bytes, as they are signed: what is read and what is decoded is equal.
        return revisions.count == list.count
            ? revisions.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : nil
    }
}
