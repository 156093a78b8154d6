import Settings

/// Scenarios of several downloads.
extension ScenarioReader {
    func steps(_ setting: Setting, images: [ScenarioImage]?) -> [ScenarioStep]? {
        guard let settings = setting.list("a list of downloads, such as [{image: v2, after: commit}]") else {
            return nil
        }
        let steps = settings.map { step($0, images: images) }
        return steps.contains { $0 == nil } ? nil : steps.compactMap { $0 }
    }

    private func step(_ setting: Setting, images: [ScenarioImage]?) -> ScenarioStep? {
        guard let fields = setting.fields(["image", "after", "exit", "running"]) else { return nil }
        let image = fields.required("image").flatMap { self.image(named: $0, among: images) }
        let after = fields["after"].map { $0.choice(ScenarioGoal.self) } ?? .stage
        let exit = fields["exit"].map { $0.choice(ScenarioExpectation.Exit.self) } ?? .success
        let running = fields["running"].map { $0.version() }
        guard let image, let after, let exit else { return nil }
        return ScenarioStep(image: image, after: after, exit: exit, running: running ?? nil)
    }
}
