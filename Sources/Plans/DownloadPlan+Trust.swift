package import Settings
package import SoftwareImage

extension DownloadPlan {
    /// Why images of this plan must not be downloaded, before a card is asked: nobody has signed them, or their time is over. Whether a
    /// signature is right is for the cards to say, which hold the keys.
    ///
    /// - Parameter now: by this machine's clock.
    package func distrust(at now: ManifestTime) -> [Diagnostic] {
        groups.flatMap { group in
            let manifest = group.image.manifest
            var problems: [String] = []
            if !manifest.isSigned && !insecureUnsigned {
                problems.append(
                    "has no signature: have it signed (ce manifest sign), or say --insecure-unsigned, which only cards take that were "
                        + "told to")
            }
            if let expires = manifest.statement.expires, expires <= now {
                problems.append(
                    "expired at \(expires), and it is \(now) by this machine's clock: have it signed anew with a later time"
                )
            }
            let place = group.image.manifestURL?.description ?? "groups.\(group.name).image.manifest"
            return problems.map { Diagnostic(file: place, message: $0) }
        }
    }
}
