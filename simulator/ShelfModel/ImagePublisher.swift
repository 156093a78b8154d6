import Scenarios
import SoftwareImage

/// Who signs the images of a simulated shelf: two keys that are thrown away, the same in every run with a seed. The cards trust the one;
/// nobody trusts the other.
struct ImagePublisher {
    private let key: SigningKey
    private let stranger: SigningKey

    /// In a simulated shelf it is the year 2100, whatever the CE's clock says: so a card can meet a manifest that has expired, and that
    /// the CE still takes for good.
    static let earliestTime = ManifestTime("2100-01-01")!
    private static let created = ManifestTime("2026-01-01")!
    private static let expires = ManifestTime("2200-01-01")!

    init(seed: UInt64) {
        key = Self.key("publisher", seed)
        stranger = Self.key("stranger", seed)
    }

    private static func key(_ name: String, _ seed: UInt64) -> SigningKey {
        let digest = Array("\(name) \(seed)".utf8).withUnsafeBytes { SHA256.digest(of: $0) }
        return SigningKey(seed: digest.withBytes { Array($0) })
    }

    var trustedKeys: TrustedKeys { TrustedKeys([key.publicKey]) }

    /// The manifest of an image for cards of a kind, signed as the scenario says.
    ///
    /// - Throws: an image that cannot be read.
    func manifest(of image: ScenarioImage, _ content: ImageContent, kind: String) throws(ShelfError) -> Manifest {
        var hasher = ImageHasher(blockBytes: BlockDigests.usualBlockBytes(imageBytes: content.byteCount))
        try content.forEachChunk { (bytes) throws(ShelfError) in hasher.update(bytes) }
        let (digest, blocks) = hasher.finish()
        var manifest = Manifest(
            ManifestStatement(
                cardType: image.cardType ?? kind, version: image.version, created: Self.created,
                expires: image.signature == .expired ? Self.earliestTime : Self.expires,
                imageBytes: content.byteCount, digest: digest),
            blocks: blocks)
        if let problem = manifest.statement.problem {
            throw ShelfError("image \(image.name) can have no manifest: \(problem)")
        }
        switch image.signature {
        case .valid, .expired: manifest.signatures = [signature(of: manifest, by: key)]
        case .untrusted: manifest.signatures = [signature(of: manifest, by: stranger)]
        case .altered:
            manifest.signatures = [signature(of: manifest, by: key)]
            manifest.statement.securityNumber += 1
        case .unsigned, .stripped: break
        }
        return manifest
    }

    private func signature(of manifest: Manifest, by key: SigningKey) -> ManifestSignature {
        key.signature(of: manifest.statement.encode())
    }
}
