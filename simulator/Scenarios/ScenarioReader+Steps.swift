import Faults
import Settings

/// Scenarios of several acts.
extension ScenarioReader {
    static let stepKeys = ["do", "group", "image", "after", "for", "exit", "running", "faults"]
    private static let expectation =
        "a list of acts, such as [{do: download}, {do: activate}, {do: commit}]"

    struct Acts {
        var steps: [ScenarioStep] = []
        var faults: [Fault] = []
    }

    /// - Parameter groups: nil when they could not be read.
    func steps(_ setting: Setting, images: [ScenarioImage]?, groups: [ScenarioGroup]?, faults: FaultReader) -> Acts? {
        guard let settings = setting.list(Self.expectation) else { return nil }
        guard !settings.isEmpty, settings.count <= ScenarioLimits.maximumSteps else {
            setting.report("has \(settings.count) acts; expected 1 to \(ScenarioLimits.maximumSteps)")
            return nil
        }
        var acts = Acts()
        var isWhole = true
        for (index, setting) in settings.enumerated() {
            guard let fields = setting.fields(Self.stepKeys),
                let step = step(fields, images: images, groups: groups)
            else {
                isWhole = false
                continue
            }
            acts.steps.append(step)
            if let own = fields["faults"] { acts.faults += faults.read(own, step: index) }
        }
        if isWhole, let first = acts.steps.first, first.act != .download {
            settings[0].report("does \(first.act.rawValue); the first act is a download")
        }
        return isWhole ? acts : nil
    }

    private func step(_ fields: Fields, images: [ScenarioImage]?, groups: [ScenarioGroup]?) -> ScenarioStep? {
        guard let act = fields.required("do")?.choice(ScenarioStep.Act.self) else { return nil }
        let names = groups?.map(\.name)
        let group = fields["group"].map { self.group($0, among: names) }
        let image = fields["image"].map { self.image(named: $0, among: images) }
        let after = fields["after"].map { $0.choice(ScenarioGoal.self) }
        let exit = fields["exit"].map { $0.choice(ScenarioExpectation.Exit.self) } ?? .success
        let running = fields["running"].map { $0.version() }
        let duration = fields["for"].map { $0.duration(in: ScenarioLimits.timeoutRange) }
        for key in ["image", "after"] where act != .download {
            fields.entry(key)?.report("belongs to a download")
        }
        if act == .wait {
            if duration == nil { fields.setting.report("lacks the key 'for': how long it waits") }
        } else {
            fields.entry("for")?.report("belongs to a wait")
        }
        if let names, names.count > 1, image != nil, group == nil {
            fields.setting.report("names an image, and there are several groups: name the group, too")
        }
        guard let exit else { return nil }
        // Of a key that is there and wrong the inner value is nil.
        if case .some(.none) = group { return nil }
        if case .some(.none) = image { return nil }
        if case .some(.none) = after { return nil }
        if case .some(.none) = duration { return nil }
        var step = ScenarioStep(
            act, group: group ?? nil, image: image ?? nil, after: after ?? nil, exit: exit, running: running ?? nil)
        step.duration = (duration ?? nil) ?? .zero
        return step
    }

    private func group(_ setting: Setting, among names: [String]?) -> String? {
        guard let name = setting.text("a group's name") else { return nil }
        guard let names, !names.contains(name) else { return name }
        setting.report(
            "is \(name.quoted), which is not among the groups: \(names.joined(separator: ", "))",
            suggestion: nearest(to: name, among: names))
        return nil
    }
}
