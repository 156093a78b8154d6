import Plans
import Settings
import SoftwareImage

/// The questions to a manifest, and the answers, a line each.
struct ManifestCheck {
    private let manifest: Manifest
    private(set) var lines: [String] = []
    private(set) var isRight = true

    init(_ manifest: Manifest) {
        self.manifest = manifest
    }

    private mutating func note(_ isRight: Bool, _ text: String) {
        lines.append((isRight ? "ok  " : "NO  ") + text)
        self.isRight = self.isRight && isRight
    }

    mutating func signatures(by keys: TrustedKeys) {
        let signed = manifest.signed
        if let objection = keys.objection(to: signed) { return note(false, objection.description) }
        let right = keys.keys.filter { key in signed.signatures.contains { key.verifies($0, of: signed.bytes) } }
        note(true, "signed by \(right.map(\.description).joined(separator: ", "))")
    }

    mutating func time(_ now: ManifestTime) {
        guard let expires = manifest.statement.expires else { return note(true, "never expires") }
        note(expires > now, "\(expires > now ? "expires" : "expired") at \(expires); it is \(now)")
    }

    /// Compares size, digest and blocks.
    mutating func image(_ path: String) throws(FileError) {
        var hasher = ImageHasher(blockBytes: manifest.blocks?.blockBytes)
        try ImageFile.read(path) { hasher.update($0) }
        let (digest, blocks) = hasher.finish()
        guard hasher.imageBytes == manifest.imageBytes else {
            return note(false, "\(path) has \(hasher.imageBytes) bytes, its manifest says \(manifest.imageBytes)")
        }
        note(
            digest == manifest.digest,
            digest == manifest.digest
                ? "\(path) has the manifest's size and SHA-256"
                : "\(path) has SHA-256 \(digest), its manifest says \(manifest.digest)")
        guard let expected = manifest.blocks else { return }
        let wrong = expected.digests.indices.filter { blocks?.digests[$0] != expected.digests[$0] }
        let sum = "\(expected.digests.count - wrong.count) of \(expected.digests.count) blocks are the manifest's"
        guard let first = wrong.first else { return note(true, sum) }
        note(false, "\(sum); the first other one begins at byte \(first * expected.blockBytes)")
    }
}
