import Settings

/// The parameters of a scenario that multiply: the key `matrix`, a path of the scenario for each list of values.
enum ScenarioMatrix {
    /// More runs than anybody waits for.
    static let maximumVariants = 256

    /// - Returns: for each combination the values to set; one empty one where there is no matrix.
    static func variants(of source: SourceText, folder: String) throws(SettingsError) -> [[SettingsOverride]] {
        let document = try SettingsDocument(source, includingFrom: folder)
        guard let setting = document.root.entries("a mapping")?.first(where: { $0.key == "matrix" })?.value else {
            return [[]]
        }
        var variants: [[SettingsOverride]] = [[]]
        for entry in setting.entries("a mapping of paths to the values that they take") ?? [] {
            let values = entry.value.list("the values that \(entry.key) takes, such as [1, 2]") ?? []
            if values.isEmpty { entry.value.report("is empty; expected at least one value") }
            let path = entry.key.split(separator: ".").map(String.init)
            let texts = values.compactMap { $0.text("a single value") }
            guard !path.isEmpty, !texts.isEmpty, variants.count * texts.count <= maximumVariants else {
                entry.report("makes more than \(maximumVariants) combinations, or none")
                continue
            }
            variants = variants.flatMap { variant in
                texts.map { variant + [SettingsOverride(path: path, text: $0, option: "matrix \(entry.key)=\($0)")] }
            }
        }
        try document.check()
        return variants
    }
}
