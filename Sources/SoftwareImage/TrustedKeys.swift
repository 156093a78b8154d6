/// The public keys whose signatures count: two, where one is about to take the other's place.
package struct TrustedKeys: Equatable, Sendable {
    package static let none = TrustedKeys([])

    /// At most `ManifestLimits.maximumTrustedKeys`.
    package let keys: [PublicKey]

    package init(_ keys: [PublicKey]) {
        precondition(keys.count <= ManifestLimits.maximumTrustedKeys, "\(keys.count) trusted keys are too many")
        self.keys = keys
    }

    /// Looks for a signature over the statement by one of these keys. What else is signed, and by whom, does not matter: the others
    /// are for those who have other keys.
    ///
    /// - Returns: why none counts; nil when one does.
    package func objection(to signed: SignedStatement) -> SignatureObjection? {
        guard !signed.signatures.isEmpty else { return .unsigned }
        var wrong: KeyIdentifier?
        for signature in signed.signatures {
            for key in keys where key.identifier == signature.key {
                if key.verifies(signature, of: signed.bytes) { return nil }
                wrong = key.identifier
            }
        }
        if let wrong { return .wrong(wrong) }
        return .untrusted(signed: signed.signatures.map(\.key), trusted: keys.map(\.identifier))
    }
}

/// Why no signature of a manifest counts.
package enum SignatureObjection: Error, Equatable, Sendable, CustomStringConvertible {
    case unsigned
    /// A trusted key is named, and has not signed these bytes: the manifest was altered, or the signature forged.
    case wrong(KeyIdentifier)
    case untrusted(signed: [KeyIdentifier], trusted: [KeyIdentifier])

    package var description: String {
        func list(_ keys: [KeyIdentifier]) -> String {
            keys.isEmpty ? "none" : keys.map(\.description).joined(separator: ", ")
        }
        return switch self {
        case .unsigned: "the manifest has no signature"
        case .wrong(let key): "the signature by key \(key) is wrong: the manifest was altered after it was signed"
        case .untrusted(let signed, let trusted):
            "the manifest is signed by \(list(signed)), and none of them is trusted here; trusted: \(list(trusted))"
        }
    }
}
