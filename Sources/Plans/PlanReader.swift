import Reports
import Runtime
package import Settings
import SoftwareImage

/// Reads a download plan from a file, from options, or from a file whose values the options override: one way, with one
/// set of checks and messages, for all three.
package struct PlanReader {
    static let groupKeys = ["image", "cards"] + rolloutKeys
    static let imageKeys = ["url", "manifest", "user", "password_file", "password"]

    private let document: SettingsDocument
    /// What relative paths in the file start from; empty for the working folder.
    private let folder: String

    /// - Throws: why the file cannot be read, and all that is wrong in it and in the manifest that it names.
    package static func read(
        contentsOf path: String, overrides: [SettingsOverride] = []
    ) throws(SettingsError) -> DownloadPlan {
        try read(SourceText(contentsOf: path), folder: folder(of: path), overrides: overrides)
    }

    /// With a slash at its end; empty for the working folder.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// - Parameter folder: the plan's folder with a slash at its end, or empty for the working folder.
    package static func read(
        _ source: SourceText, folder: String, overrides: [SettingsOverride] = []
    ) throws(SettingsError) -> DownloadPlan {
        try PlanReader(document: SettingsDocument(source, overrides: overrides), folder: folder).read()
    }

    /// Makes a plan of options alone.
    package static func read(overrides: [SettingsOverride]) throws(SettingsError) -> DownloadPlan {
        try PlanReader(document: SettingsDocument(overrides: overrides, name: "command line"), folder: "").read()
    }

    private func read() throws(SettingsError) -> DownloadPlan {
        let fields = document.root.fields(Fields.poolKeys + ["mode", "timeout", "groups"])
        let pool = fields?.pool()
        let mode = fields?["mode"].map { $0.choice(DownloadMode.self) } ?? .parallel
        let timeout = fields?["timeout"]?.duration(in: DownloadPlan.timeoutRange)
        let group = fields?.required("groups").flatMap(onlyGroup)
        try document.check()
        guard let pool, let mode, let group else { preconditionFailure("a plan that was not read has a diagnostic") }
        return DownloadPlan(pool: pool, mode: mode, timeout: timeout, group: group)
    }

    private func onlyGroup(_ groups: Setting) -> PlannedGroup? {
        guard let entries = groups.entries("a mapping of a group's name to its image and cards") else { return nil }
        guard let first = entries.first else {
            groups.report("is empty; expected one group")
            return nil
        }
        for other in entries.dropFirst() {
            other.report("one group is downloaded at a time; put group \(other.key.quoted) in a plan of its own")
        }
        let name = first.name()
        guard let fields = first.value.fields(Self.groupKeys) else { return nil }
        let image = fields.required("image").flatMap(image)
        let cards = fields.required("cards").flatMap(cards)
        let rollout = rollout(fields, slots: cards?.map { Int($0.slot) })
        guard let name, let image, let cards, let rollout else { return nil }
        return PlannedGroup(name: name.description, image: image, cards: cards, rollout: rollout)
    }

    // MARK: The image

    private func image(_ setting: Setting) -> PlannedImage? {
        guard let fields = setting.fields(Self.imageKeys) else { return nil }
        let url = fields.required("url")?.serverURL(ServerScheme.allCases)
        if let url, url.isFolder { fields["url"]?.report("names a folder; expected the image's own file") }
        let manifest = fields.required("manifest").flatMap(manifest)
        let user = fields["user"]?.text("a user's name")
        let passwordFile = fields["password_file"].flatMap(path)
        fields["password"]?.report(
            "does not belong in a plan, where others read it; use password_file, or the environment variable CE_PASSWORD"
        )
        if fields["user"] == nil { fields["password_file"]?.report("is there without user; say whose password it is") }
        guard let url, let manifest else { return nil }
        return PlannedImage(url: url, manifest: manifest, user: user, passwordFile: passwordFile)
    }

    private func manifest(_ setting: Setting) -> Manifest? {
        guard !setting.isMapping else { return ManifestReader.read(setting) }
        guard let path = path(setting) else { return nil }
        let source: SourceText
        do throws(SettingsError) {
            source = try SourceText(contentsOf: path)
        } catch {
            // What cannot be opened is the plan's error; what is wrong with its text is the file's.
            for diagnostic in error.diagnostics {
                if diagnostic.line == 0 {
                    setting.report("is \(path.quoted), which \(diagnostic.message)")
                } else {
                    document.report(SettingsError([diagnostic]))
                }
            }
            return nil
        }
        do throws(SettingsError) {
            return try ManifestReader.read(source)
        } catch {
            document.report(error)
            return nil
        }
    }

    /// A path in a file starts from that file's folder, one in an option from the working folder.
    private func path(_ setting: Setting) -> String? {
        guard let text = setting.text("a file's path") else { return nil }
        return text.first == "/" || setting.isFromOption ? text : folder + text
    }

    // MARK: The cards

    private func cards(_ setting: Setting) -> [PlannedCard]? {
        guard let entries = setting.entries("a mapping of slots to addresses, such as {1: 127.0.0.1:40001}") else {
            return nil
        }
        guard !entries.isEmpty else {
            setting.report("is empty; expected at least one card")
            return nil
        }
        var slots: [UInt16: Entry] = [:]
        var endpoints: [Endpoint: UInt16] = [:]
        var cards: [PlannedCard] = []
        for entry in entries {
            let slot = entry.slot(in: PlannedCard.slotRange)
            let endpoint = endpoint(entry.value)
            if let slot, slots.updateValue(entry, forKey: slot) != nil {
                entry.report("slot \(slot) stands twice")
            }
            if let slot, let endpoint {
                if let other = endpoints.updateValue(slot, forKey: endpoint) {
                    entry.value.report("is \(endpoint), the address of slot \(other) too")
                }
                cards.append(PlannedCard(slot: slot, endpoint: endpoint))
            }
        }
        return cards.sorted { $0.slot < $1.slot }
    }

    private func endpoint(_ setting: Setting) -> Endpoint? {
        guard let setting = setting.isMapping ? setting.fields(["address"])?.required("address") : setting else {
            return nil
        }
        let expectation = "a numeric address and a port, such as 127.0.0.1:40001 or [::1]:40001"
        guard let text = setting.text(expectation) else { return nil }
        guard let endpoint = Endpoint(text) else {
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return endpoint
    }
}
