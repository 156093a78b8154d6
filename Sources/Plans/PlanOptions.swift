package import Settings

/// What the command line says of a plan; nil and empty where it says nothing. Values are as they were typed: the plan's
/// reader checks them, and names the option in its errors.
package struct PlanOptions: Equatable, Sendable {
    package var memory: String?
    package var block: String?
    package var blocks: String?
    package var mode: String?
    package var timeout: String?
    /// Needed only where a plan file has no group of that name yet; default the file's group, or `cards`.
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
    /// `SLOT=ADDRESS:PORT`.
    package var cards: [String] = []
    /// `PATH=VALUE`, after all others.
    package var set: [String] = []

    package init() {}

    /// The name of a group that is made of options alone.
    package static let defaultGroup = "cards"

    /// The overrides that the options come to.
    ///
    /// - Parameter planGroup: the name of the group in the plan file that they override; nil without a file.
    /// - Throws: options that are no `SLOT=ADDRESS:PORT` or `PATH=VALUE`.
    package func overrides(planGroup: String?) throws(SettingsError) -> [SettingsOverride] {
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
        let group = ["groups", group ?? planGroup ?? Self.defaultGroup]
        add(group + ["image", "url"], url, "--url")
        add(group + ["image", "manifest"], manifest, "--manifest")
        add(group + ["image", "manifest", "type"], type, "--type")
        add(group + ["image", "manifest", "version"], version, "--version")
        add(group + ["image", "manifest", "size"], size, "--size")
        add(group + ["image", "manifest", "sha256"], sha256, "--sha256")
        add(group + ["image", "user"], user, "--user")
        add(group + ["image", "password_file"], passwordFile, "--password-file")
        add(group + ["image", "ca"], ca, "--ca")
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
}
