/// A settings file that was parsed, with its overrides in place, ready to be read.
///
/// ```swift
/// let document = try SettingsDocument(SourceText(contentsOf: path), overrides: overrides)
/// let fields = document.root.fields(["seed"])
/// let seed = fields?["seed"]?.integer(in: 0...UInt64.max) ?? 1
/// try document.check()
/// ```
package struct SettingsDocument {
    package let root: Setting
    private let problems: DiagnosticList

    /// - Throws: what hinders the file's reading altogether: it is not YAML, or it is empty. Errors of single values wait
    ///   for `check()`.
    package init(_ source: SourceText, overrides: [SettingsOverride] = []) throws(SettingsError) {
        let problems = DiagnosticList(file: source.file)
        guard let node = YAMLParser.parse(source, problems: problems) else {
            try problems.check()
            preconditionFailure("a file that cannot be parsed has a diagnostic")
        }
        self.init(node, overrides, problems)
    }

    /// A document of options only, without a file.
    package init(overrides: [SettingsOverride], name: String) {
        let node = SettingsNode(place: .option(name), content: .mapping([]))
        self.init(node, overrides, DiagnosticList(file: name))
    }

    private init(_ node: SettingsNode, _ overrides: [SettingsOverride], _ problems: DiagnosticList) {
        var node = node
        if overrides.count > SettingsLimits.maximumOverrides {
            let last = SettingsNode.Place.option(overrides.last!.option)
            problems.report(last.diagnostic("more than \(SettingsLimits.maximumOverrides) options set values"))
        } else if case .mapping = node.content {
            for override in overrides { node.apply(override, problems: problems) }
        }
        self.problems = problems
        root = Setting(path: "", node: node, problems: problems)
    }

    /// The keys of the mapping under a top-level key; empty when there is none. Reports nothing.
    package func keys(of key: String) -> [String] {
        guard case .mapping(let members) = root.node.content,
            let value = members.first(where: { $0.key == key })?.value,
            case .mapping(let inner) = value.content
        else { return [] }
        return inner.map(\.key)
    }

    /// Adds what another file's reader found.
    package func report(_ error: SettingsError) {
        problems.report(error)
    }

    /// - Throws: everything that was reported, if anything was.
    package func check() throws(SettingsError) {
        try problems.check()
    }
}
