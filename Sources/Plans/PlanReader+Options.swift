package import Settings

extension PlanReader {
    /// Reads a plan file, with what the options say in place of its values; or makes a plan of the options alone.
    ///
    /// Where the options name a group, the plan has that one alone.
    ///
    /// - Parameters:
    ///   - path: nil when there is no plan file.
    ///   - fetch: brings manifests from servers; nil: no server is asked.
    package static func read(
        contentsOf path: String?, options: PlanOptions, fetch: ManifestFetch? = nil
    ) throws(SettingsError) -> DownloadPlan {
        guard let path else { return try read(overrides: options.overrides(planGroups: nil), fetch: fetch) }
        let source = try SourceText(contentsOf: path)
        let overrides = try options.overrides(planGroups: SettingsDocument(source).keys(of: "groups"))
        var plan = try read(source, folder: folder(of: path), overrides: overrides, fetch: fetch)
        if let group = options.group { plan.groups.removeAll { $0.name != group } }
        return plan
    }
}
