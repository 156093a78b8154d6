package import Rollout
package import Settings

/// Reads what follows a group's download, in a plan and in a scenario: the keys `after`, `rollout` and `protect`.
package struct RolloutReader {
    package static let keys = ["after", "rollout", "protect"]
    package static let orderKeys = ["all_or_none", "canary", "waves", "success", "max_failures", "soak", "trial"]
    /// As many as slots: a count beyond that is a slip.
    private static let cardCountRange = 1...Int(PlannedCard.slotRange.upperBound)

    package init() {}

    /// - Parameter slots: the group's; nil when its cards could not be read, which is reported already.
    package func rollout(_ fields: Fields, slots: [Int]?) -> RolloutPlan? {
        let goal = fields["after"].map { $0.choice(RolloutGoal.self) } ?? .stage
        var plan: RolloutPlan? = RolloutPlan()
        if let order = fields["rollout"] { plan = self.order(order, slots: slots) }
        let protection = fields["protect"].map { pairs($0, slots: slots) } ?? []
        guard let goal, var plan, let protection else { return nil }
        plan.goal = goal
        plan.protection = protection
        return plan
    }

    private func order(_ setting: Setting, slots: [Int]?) -> RolloutPlan? {
        guard let fields = setting.fields(Self.orderKeys) else { return nil }
        let isAllOrNone = fields["all_or_none"].map { $0.flag() } ?? false
        let canary: Canary?? = fields["canary"].map { self.canary($0, slots: slots) }
        let wave: WaveSize?? = fields["waves"].map(waveSize)
        let success = fields["success"].map(percent) ?? 0
        let maximumFailures: Int?? = fields["max_failures"].map { $0.integer(in: 0...Self.cardCountRange.upperBound) }
        let soak = fields["soak"].map { $0.duration(in: RolloutPlan.soakRange) } ?? .zero
        let trial: Duration?? = fields["trial"].map { $0.duration(in: RolloutPlan.trialRange) }
        if let soak, case .some(.some(let trial)) = trial, trial <= soak {
            fields["trial"]?.report(
                "is \(trial.unitText), and the cards soak for \(soak.unitText): they would return before they are committed"
            )
        }
        // Of a key that is there and wrong the inner value is nil.
        guard let isAllOrNone, let success, let soak else { return nil }
        if case .some(.none) = canary { return nil }
        if case .some(.none) = wave { return nil }
        if case .some(.none) = maximumFailures { return nil }
        if case .some(.none) = trial { return nil }
        return RolloutPlan(
            isAllOrNone: isAllOrNone, canary: canary ?? nil, wave: wave ?? nil, successPercent: success,
            maximumFailures: maximumFailures ?? nil, soak: soak, trial: trial ?? nil)
    }

    // MARK: Values

    /// A number of cards, or a list of slots.
    private func canary(_ setting: Setting, slots: [Int]?) -> Canary? {
        guard setting.isList else { return setting.integer(in: Self.cardCountRange).map { .count($0) } }
        guard let members = setting.list("a number of cards or a list of slots") else { return nil }
        guard !members.isEmpty else {
            setting.report("is empty; expected a number of cards or a list of slots")
            return nil
        }
        let named = members.map { slot($0, of: slots) }
        guard named.allSatisfy({ $0 != nil }) else { return nil }
        return .slots(named.compactMap { $0 })
    }

    /// `5` or `25%`.
    private func waveSize(_ setting: Setting) -> WaveSize? {
        let expectation = "a number of cards, or a part of them such as 25%"
        guard let text = setting.text(expectation) else { return nil }
        guard text.last == "%" else { return setting.integer(in: Self.cardCountRange).map { .count($0) } }
        guard let percent = Self.percent(text), percent > 0 else {
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return .percent(percent)
    }

    private func percent(_ setting: Setting) -> Int? {
        let expectation = "a percentage from 0% to 100%"
        guard let text = setting.text(expectation) else { return nil }
        guard let percent = Self.percent(text) else {
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        return percent
    }

    /// Digits and a percent sign.
    private static func percent(_ text: String) -> Int? {
        let digits = text.dropLast()
        guard text.last == "%", !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(digits), RolloutPlan.percentRange.contains(value)
        else { return nil }
        return value
    }

    /// `[[1, 2], [3, 4]]`
    private func pairs(_ setting: Setting, slots: [Int]?) -> [ProtectionPair]? {
        guard let members = setting.list("a list of pairs of slots, such as [[1, 2], [3, 4]]") else { return nil }
        var pairs: [ProtectionPair] = []
        var paired: Set<Int> = []
        var isGood = true
        for member in members {
            guard let ends = member.list("a pair of slots, such as [1, 2]"), ends.count == 2 else {
                if member.isList { member.report("is no pair; expected two slots, such as [1, 2]") }
                isGood = false
                continue
            }
            guard let first = slot(ends[0], of: slots), let second = slot(ends[1], of: slots) else {
                isGood = false
                continue
            }
            for (slot, end) in [(first, ends[0]), (second, ends[1])] where !paired.insert(slot).inserted {
                end.report("is slot \(slot), which is in a pair already")
                isGood = false
            }
            pairs.append(ProtectionPair(first, second))
        }
        return isGood ? pairs : nil
    }

    private func slot(_ setting: Setting, of slots: [Int]?) -> Int? {
        guard let slot = setting.integer(in: PlannedCard.slotRange).map(Int.init) else { return nil }
        guard let slots, !slots.contains(slot) else { return slot }
        setting.report("is slot \(slot), which is not among the group's cards")
        return nil
    }
}
