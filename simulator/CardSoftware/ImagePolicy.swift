import CardProtocol
package import SoftwareImage

/// Which images a card takes: decided from a manifest alone, before anything is written or erased.
package struct ImagePolicy: Equatable, Sendable {
    package var hardwareType: String
    package var hardwareRevision: String
    /// Whose signatures count.
    package var trustedKeys: TrustedKeys
    /// Also manifests without any signature: for a workshop. One with a signature that does not count is refused all the same.
    package var acceptsUnsigned: Bool
    /// It is not earlier than this, as far as the card knows. A card has no clock that could not be turned back; nil: it knows nothing.
    package var earliestTime: ManifestTime?

    package init(
        hardwareType: String, hardwareRevision: String, trustedKeys: TrustedKeys, acceptsUnsigned: Bool = false,
        earliestTime: ManifestTime? = nil
    ) {
        self.hardwareType = hardwareType
        self.hardwareRevision = hardwareRevision
        self.trustedKeys = trustedKeys
        self.acceptsUnsigned = acceptsUnsigned
        self.earliestTime = earliestTime
    }

    /// Looks at who vouches for a manifest, and only then at what it says.
    ///
    /// - Throws: `untrusted`, `parseFail`, `incompatible`, `expired`.
    package func admit(_ manifest: SignedStatement) throws(SwitchFailure) -> ManifestStatement {
        if let objection = trustedKeys.objection(to: manifest), objection != .unsigned || !acceptsUnsigned {
            throw .refused(.untrusted, objection.description)
        }
        let statement: ManifestStatement
        do throws(ManifestError) {
            statement = try manifest.decode()
        } catch {
            throw .refused(.parseFail, "the manifest cannot be read: \(error)")
        }
        guard statement.cardType == hardwareType else {
            throw .refused(
                .incompatible, "the image is for \(statement.cardType), and this card is \(hardwareType)")
        }
        guard statement.isFor(revision: hardwareRevision) else {
            let revisions = statement.hardwareRevisions.joined(separator: ", ")
            throw .refused(
                .incompatible, "the image is for revisions \(revisions), and this card is revision \(hardwareRevision)")
        }
        if let expires = statement.expires, let earliestTime, earliestTime >= expires {
            throw .refused(.expired, "the manifest expired at \(expires), and it is \(earliestTime) or later")
        }
        return statement
    }
}
