import Reports
import Runtime
package import Settings
import SoftwareImage

/// Reads a download plan from a file, from options, or from a file whose values the options override: one way, with one
/// set of checks and messages, for all three.
package struct PlanReader {
    static let groupKeys = ["image", "cards", "stall"] + rolloutKeys

    let document: SettingsDocument
    /// What relative paths in the file start from; empty for the working folder.
    let folder: String
    /// Brings manifests from servers; nil: no server is asked.
    let fetch: ManifestFetch?

    /// - Throws: why the file cannot be read, and all that is wrong in it and in the manifest that it names.
    package static func read(
        contentsOf path: String, overrides: [SettingsOverride] = [], fetch: ManifestFetch? = nil
    ) throws(SettingsError) -> DownloadPlan {
        try read(SourceText(contentsOf: path), folder: folder(of: path), overrides: overrides, fetch: fetch)
    }

    /// With a slash at its end; empty for the working folder.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// - Parameter folder: the plan's folder with a slash at its end, or empty for the working folder.
    package static func read(
        _ source: SourceText, folder: String, overrides: [SettingsOverride] = [], fetch: ManifestFetch? = nil
    ) throws(SettingsError) -> DownloadPlan {
        try PlanReader(document: SettingsDocument(source, overrides: overrides), folder: folder, fetch: fetch).read()
    }

    /// Makes a plan of options alone.
    package static func read(
        overrides: [SettingsOverride], fetch: ManifestFetch? = nil
    ) throws(SettingsError) -> DownloadPlan {
        let document = SettingsDocument(overrides: overrides, name: "command line")
        return try PlanReader(document: document, folder: "", fetch: fetch).read()
    }

    private func read() throws(SettingsError) -> DownloadPlan {
        let fields = document.root.fields(
            Fields.poolKeys + ["mode", "timeout", "groups", "insecure_unsigned"] + Self.securityKeys)
        let pool = fields?.pool()
        let mode = fields?["mode"].map { $0.choice(DownloadMode.self) } ?? .parallel
        let timeout = fields?["timeout"]?.duration(in: DownloadPlan.timeoutRange)
        let security = fields.flatMap(security)
        let groups = fields?.required("groups").flatMap(groups)
        let insecureUnsigned = fields?["insecure_unsigned"].map { $0.flag() } ?? false
        try document.check()
        guard let pool, let mode, let security, let groups, let insecureUnsigned else {
            preconditionFailure("a plan that was not read has a diagnostic")
        }
        return DownloadPlan(
            pool: pool, mode: mode, timeout: timeout, security: security, groups: groups,
            insecureUnsigned: insecureUnsigned)
    }

    // MARK: The groups

    /// nil when one of them is wrong, which is then reported.
    private func groups(_ setting: Setting) -> [PlannedGroup]? {
        guard let entries = setting.entries("a mapping of a group's name to its image and cards") else { return nil }
        guard !entries.isEmpty else {
            setting.report("is empty; expected at least one group")
            return nil
        }
        guard entries.count <= DownloadPlan.maximumGroups else {
            setting.report("has \(entries.count) groups; a plan has at most \(DownloadPlan.maximumGroups)")
            return nil
        }
        var claims = CardClaims()
        let groups = entries.map { group($0, &claims) }
        return groups.contains { $0 == nil } ? nil : groups.compactMap { $0 }
    }

    /// - Parameter claims: the cards of the groups before.
    private func group(_ entry: Entry, _ claims: inout CardClaims) -> PlannedGroup? {
        let name = entry.name()
        guard let fields = entry.value.fields(Self.groupKeys) else { return nil }
        let image = fields.required("image").flatMap(image)
        let cards = fields.required("cards").flatMap { self.cards($0, of: entry.key, &claims) }
        let rollout = rollout(fields, slots: cards?.map { Int($0.slot) })
        let stalls = fields["stall"].map { $0.choice(StallPolicy.self) } ?? .stallBudget
        guard let name, let image, let cards, let rollout, let stalls else { return nil }
        return PlannedGroup(name: name.description, image: image, cards: cards, rollout: rollout, stalls: stalls)
    }

    /// A path in a file starts from that file's folder, one in an option from the working folder.
    func path(_ setting: Setting) -> String? {
        guard let text = setting.text("a file's path") else { return nil }
        return text.first == "/" || setting.isFromOption ? text : folder + text
    }

    // MARK: The cards

    private func cards(_ setting: Setting, of group: String, _ claims: inout CardClaims) -> [PlannedCard]? {
        guard let entries = setting.entries("a mapping of slots to addresses, such as {1: 127.0.0.1:40001}") else {
            return nil
        }
        guard !entries.isEmpty else {
            setting.report("is empty; expected at least one card")
            return nil
        }
        var cards: [PlannedCard] = []
        for entry in entries {
            let slot = entry.slot(in: PlannedCard.slotRange)
            let fields = entry.value.isMapping ? entry.value.fields(["address", "serial"]) : nil
            let endpoint = (entry.value.isMapping ? fields?.required("address") : entry.value).flatMap(endpoint)
            let serialNumber = fields?["serial"].map(self.serialNumber)
            if let slot, let problem = claims.claim(slot, by: group) { entry.report(problem) }
            if let slot, let endpoint {
                if let problem = claims.claim(endpoint, by: slot) { entry.value.report(problem) }
                cards.append(PlannedCard(slot: slot, endpoint: endpoint, serialNumber: serialNumber ?? nil))
            }
        }
        return cards.sorted { $0.slot < $1.slot }
    }

    private func endpoint(_ setting: Setting) -> Endpoint? {
        let expectation = "a numeric address and a port, such as 127.0.0.1:40001 or [::1]:40001"
        guard let text = setting.text(expectation) else { return nil }
        guard let endpoint = Endpoint(text) else {
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return endpoint
    }

    private func serialNumber(_ setting: Setting) -> String? {
        guard let text = setting.text("a card's serial number, such as SIM-ADSL-00001") else { return nil }
        guard text.utf8.count <= PlannedCard.serialNumberBytes else {
            setting.report("has \(text.utf8.count) bytes; the most is \(PlannedCard.serialNumberBytes)")
            return nil
        }
        return text
    }
}
