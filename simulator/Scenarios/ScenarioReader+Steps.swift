import Settings

/// Scenarios of several downloads.
extension ScenarioReader {
    /// - Parameter groups: nil when they could not be read.
    func steps(_ setting: Setting, images: [ScenarioImage]?, groups: [ScenarioGroup]?) -> [ScenarioStep]? {
        guard let settings = setting.list("a list of downloads, such as [{image: v2, after: commit}]") else {
            return nil
        }
        let steps = settings.map { step($0, images: images, groups: groups) }
        return steps.contains { $0 == nil } ? nil : steps.compactMap { $0 }
    }

    private func step(_ setting: Setting, images: [ScenarioImage]?, groups: [ScenarioGroup]?) -> ScenarioStep? {
        guard let fields = setting.fields(["group", "image", "after", "exit", "running"]) else { return nil }
        let group = groups.flatMap { self.group(fields, among: $0.map(\.name)) }
        let image = fields.required("image").flatMap { self.image(named: $0, among: images) }
        let after = fields["after"].map { $0.choice(ScenarioGoal.self) } ?? .stage
        let exit = fields["exit"].map { $0.choice(ScenarioExpectation.Exit.self) } ?? .success
        let running = fields["running"].map { $0.version() }
        guard let group, let image, let after, let exit else { return nil }
        return ScenarioStep(
            group: group, image: image, after: after, exit: exit, running: running ?? nil)
    }

    /// The group that a step is for: where there is only one, it need not be named.
    private func group(_ fields: Fields, among names: [String]) -> String? {
        guard let setting = names.count == 1 ? fields["group"] : fields.required("group") else {
            return names.count == 1 ? names[0] : nil
        }
        guard let name = setting.text("a group's name") else { return nil }
        if names.contains(name) { return name }
        setting.report(
            "is \(name.quoted), which is not among the groups: \(names.joined(separator: ", "))",
            suggestion: nearest(to: name, among: names))
        return nil
    }
}
