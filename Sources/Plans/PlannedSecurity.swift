package import Reports
package import Settings
package import TLS

/// How the CE's links to the cards of a plan are guarded.
package enum PlannedSecurity: Equatable, Sendable {
    case clear
    case tls(CredentialFiles)

    package var kind: LinkSecurity {
        switch self {
        case .clear: .clear
        case .tls: .tls
        }
    }

    /// The CE's side of its links; nil: they are clear.
    ///
    /// - Throws: files that cannot be used, as `CredentialFiles.read` says.
    package func context() throws(SettingsError) -> TLSContext? {
        switch self {
        case .clear: nil
        case .tls(let files): try files.read()
        }
    }
}
