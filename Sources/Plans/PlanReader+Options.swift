package import Settings

extension PlanReader {
    /// Reads a plan file, with what the options say in place of its values; or makes a plan of the options alone.
    ///
    /// - Parameter path: nil when there is no plan file.
    package static func read(contentsOf path: String?, options: PlanOptions) throws(SettingsError) -> DownloadPlan {
        guard let path else { return try read(overrides: options.overrides(planGroup: nil)) }
        let source = try SourceText(contentsOf: path)
        let overrides = try options.overrides(planGroup: SettingsDocument(source).firstKey(of: "groups"))
        return try read(source, folder: folder(of: path), overrides: overrides)
    }
}
