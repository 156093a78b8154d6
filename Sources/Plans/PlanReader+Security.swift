import Reports
package import Settings

/// How the links to the cards are guarded: `credentials: {certificate: …, key: …, authority: …}`, or `link_security: clear`.
extension PlanReader {
    static let securityKeys = ["link_security", "credentials"]

    /// - Parameter fields: the plan's own.
    func security(_ fields: Fields) -> PlannedSecurity? {
        let setting = fields["link_security"]
        let choice = setting.map { $0.choice(LinkSecurity.self) }
        let credentials = fields["credentials"].map(credentials)
        switch (choice, credentials) {
        // It was said, whatever else is there: an option may override a plan with credentials.
        case (.clear?, _): return .clear
        case (nil, nil):
            document.root.report(
                "says nothing of the links to the cards; give credentials, or say link_security: clear where nobody else reaches them"
            )
            return nil
        case (.tls?, nil):
            setting?.report("is tls without credentials; give certificate, key and authority")
            return nil
        case (.some(nil), _), (_, .some(nil)): return nil
        case (_, let files??): return .tls(files)
        }
    }

    /// Makes it of options alone, where there is no plan.
    package static func security(of options: PlanOptions) throws(SettingsError) -> PlannedSecurity {
        let document = SettingsDocument(overrides: options.securityOverrides, name: "command line")
        let reader = PlanReader(document: document, folder: "", fetch: nil)
        let security = document.root.fields(securityKeys).flatMap(reader.security)
        try document.check()
        guard let security else { preconditionFailure("links that were not read have a diagnostic") }
        return security
    }

    private func credentials(_ setting: Setting) -> CredentialFiles? {
        guard let fields = setting.fields(["certificate", "key", "authority"]) else { return nil }
        let certificate = fields.required("certificate").flatMap(path)
        let key = fields.required("key").flatMap(path)
        let authority = fields.required("authority").flatMap(path)
        guard let certificate, let key, let authority else { return nil }
        return CredentialFiles(certificate: certificate, key: key, authority: authority)
    }
}
