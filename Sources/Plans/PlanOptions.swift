package import Settings

/// What the command line says of a plan; nil and empty where it says nothing. Values are as they were typed: the plan's
/// reader checks them, and names the option in its errors.
package struct PlanOptions: Equatable, Sendable {
    package var memory: String?
    package var block: String?
    package var blocks: String?
    package var mode: String?
    package var timeout: String?
    package var linkSecurity: String?
    /// Files with the CE's certificate and key, and with those who may vouch for the cards.
    package var certificate: String?
    package var key: String?
    package var authority: String?
    /// The group that the options below belong to: needed where a plan file has several. It is then the only one that is
    /// downloaded. Default the file's group; without a file, `cards`.
    package var group: String?
    package var url: String?
    /// A manifest file or URL; or the four values in its place. Without any, the one beside the image.
    package var manifest: String?
    package var type: String?
    package var version: String?
    package var size: String?
    package var sha256: String?
    package var user: String?
    package var passwordFile: String?
    package var ca: String?
    package var insecureUnsigned = false
    /// `SLOT=ADDRESS:PORT`.
    package var cards: [String] = []
    /// `PATH=VALUE`, after all others.
    package var set: [String] = []

    package init() {}

    /// The name of a group that is made of options alone.
    package static let defaultGroup = "cards"

    /// The overrides that the options come to.
    ///
    /// - Parameter planGroups: the groups in the plan file that they override; nil without a file.
    /// - Throws: options that are no `SLOT=ADDRESS:PORT` or `PATH=VALUE`, that name no group of the file, or that may be
    ///   meant for any of several.
    package func overrides(planGroups: [String]?) throws(SettingsError) -> [SettingsOverride] {
        var overrides: [SettingsOverride] = []
        func add(_ path: [String], _ value: String?, _ option: String) {
            guard let value else { return }
            overrides.append(SettingsOverride(path: path, text: value, option: "\(option) \(value)"))
        }
        add(["memory"], memory, "--memory")
        add(["block"], block, "--block")
        add(["blocks"], blocks, "--blocks")
        add(["mode"], mode, "--mode")
        add(["timeout"], timeout, "--timeout")
        if insecureUnsigned {
            overrides.append(
                SettingsOverride(path: ["insecure_unsigned"], text: "true", option: "--insecure-unsigned"))
        }
        overrides += securityOverrides
        let group = ["groups", try groupName(among: planGroups)]
        for (path, value, option) in groupValues { add(group + path, value, option) }
        var problems: [Diagnostic] = []
        for card in cards {
            guard let equals = card.firstIndex(of: "="), equals != card.startIndex else {
                let message = "expected SLOT=ADDRESS:PORT, such as 7=127.0.0.1:40007"
                problems.append(Diagnostic(file: "--card \(card)", message: message))
                continue
            }
            let path = group + ["cards", String(card[..<equals])]
            let address = String(card[card.index(after: equals)...])
            overrides.append(SettingsOverride(path: path, text: address, option: "--card \(card)"))
        }
        for text in set {
            do throws(SettingsError) {
                overrides.append(try SettingsOverride(parsing: text))
            } catch {
                problems += error.diagnostics
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        return overrides
    }

    /// What the options say of the links to the cards.
    var securityOverrides: [SettingsOverride] {
        let values: [(path: [String], value: String?, option: String)] = [
            (["link_security"], linkSecurity, "--link-security"),
            (["credentials", "certificate"], certificate, "--certificate"),
            (["credentials", "key"], key, "--key"),
            (["credentials", "authority"], authority, "--authority"),
        ]
        return values.compactMap { path, value, option in
            value.map { SettingsOverride(path: path, text: $0, option: "\(option) \($0)") }
        }
    }

    /// What belongs to one group: the path in it, the value, and the option.
    private var groupValues: [(path: [String], value: String?, option: String)] {
        [
            (["image", "url"], url, "--url"),
            (["image", "manifest"], manifest, "--manifest"),
            (["image", "manifest", "type"], type, "--type"),
            (["image", "manifest", "version"], version, "--version"),
            (["image", "manifest", "size"], size, "--size"),
            (["image", "manifest", "sha256"], sha256, "--sha256"),
            (["image", "user"], user, "--user"),
            (["image", "password_file"], passwordFile, "--password-file"),
            (["image", "ca"], ca, "--ca"),
        ]
    }

    private func groupName(among planGroups: [String]?) throws(SettingsError) -> String {
        guard let planGroups, !planGroups.isEmpty else { return group ?? Self.defaultGroup }
        if let group {
            guard planGroups.contains(group) else {
                throw SettingsError([Self.unknownGroup(group, among: planGroups)])
            }
            return group
        }
        let used = groupValues.filter { $0.value != nil }.map(\.option) + (cards.isEmpty ? [] : ["--card"])
        if planGroups.count > 1, let first = used.first {
            let message =
                "belongs to one group, and the plan has several: say which by --group (\(planGroups.joined(separator: ", ")))"
            throw SettingsError([Diagnostic(file: first, message: message)])
        }
        return planGroups[0]
    }

    /// That a plan has no such group.
    package static func unknownGroup(_ name: String, among names: [String]) -> Diagnostic {
        Diagnostic(
            file: "--group \(name)", message: "the plan has no such group; it has \(names.joined(separator: ", "))",
            suggestion: nearest(to: name, among: names))
    }
}
