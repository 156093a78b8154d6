import Settings
import SoftwareImage

/// The parts of a manifest that programs write: block digests and signatures.
extension ManifestReader {
    /// `{size: 64KiB, sha256: [BASE64, …]}`, one digest for each block.
    ///
    /// - Parameter imageBytes: nil when the size was not right, which is reported already.
    static func blocks(_ setting: Setting, imageBytes: UInt64?) -> BlockDigests? {
        guard let fields = setting.fields(["size", "sha256"]) else { return nil }
        let size = fields.required("size").flatMap(blockSize)
        guard let setting = fields.required("sha256"), let list = setting.list("a list of digests in Base64") else {
            return nil
        }
        guard list.count <= ManifestLimits.maximumBlocks else {
            setting.report(
                "has \(list.count) digests; the most is \(ManifestLimits.maximumBlocks): use larger blocks")
            return nil
        }
        if let size, let imageBytes {
            let expected = BlockDigests.count(imageBytes: imageBytes, blockBytes: size)
            guard list.count == expected else {
                setting.report(
                    "has \(list.count) digests; \(imageBytes) bytes have \(expected) blocks of \(ByteCount(UInt64(size)))"
                )
                return nil
            }
        }
        let digests = list.compactMap { item in
            Self.bytes(item, byteCount: ImageDigest.byteCount, "a SHA-256 in Base64").map { ImageDigest(bytes: $0) }
        }
        guard let size, imageBytes != nil, digests.count == list.count, !digests.isEmpty else { return nil }
        return BlockDigests(blockBytes: size, digests: digests)
    }

    private static func blockSize(_ setting: Setting) -> Int? {
        let range = ManifestLimits.blockBytes
        let limits = ByteCount(UInt64(range.lowerBound))...ByteCount(UInt64(range.upperBound))
        guard let size = setting.byteCount(in: limits) else { return nil }
        guard BlockDigests.isBlockSize(Int(size.bytes)) else {
            setting.report("is \(size); it must be a power of two")
            return nil
        }
        return Int(size.bytes)
    }

    /// `[{key: DIGITS, ed25519: BASE64}, …]`
    static func signatures(_ setting: Setting) -> [ManifestSignature]? {
        guard let list = setting.list("a list of signatures") else { return nil }
        guard (1...ManifestLimits.maximumSignatures).contains(list.count) else {
            setting.report("has \(list.count) signatures; from 1 to \(ManifestLimits.maximumSignatures) are possible")
            return nil
        }
        var signatures: [ManifestSignature] = []
        for item in list {
            guard let fields = item.fields(["key", "ed25519"]) else { continue }
            let key = fields.required("key").flatMap(keyIdentifier)
            let bytes = fields.required("ed25519").flatMap {
                Self.bytes($0, byteCount: ManifestSignature.byteCount, "an Ed25519 signature in Base64")
            }
            guard let key, let bytes else { continue }
            if signatures.contains(where: { $0.key == key }) {
                fields["key"]!.report("is \(key), whose signature stands there already")
            } else {
                signatures.append(ManifestSignature(key: key, bytes: bytes))
            }
        }
        return signatures.count == list.count ? signatures : nil
    }

    private static func keyIdentifier(_ setting: Setting) -> KeyIdentifier? {
        let expectation = "16 hexadecimal digits, which name a key"
        guard let text = setting.text(expectation) else { return nil }
        guard let key = KeyIdentifier(hexadecimal: text) else {
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return key
    }

    private static func bytes(_ setting: Setting, byteCount: Int, _ what: String) -> [UInt8]? {
        let expectation = "\(what), \((byteCount + 2) / 3 * 4) characters"
        guard let text = setting.text(expectation) else { return nil }
        guard let bytes = Base64.bytes(text, byteCount: byteCount) else {
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return bytes
    }
}
