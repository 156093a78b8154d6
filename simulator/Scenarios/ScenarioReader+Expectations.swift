import Settings

/// What must come out.
extension ScenarioReader {
    static let expectationKeys = ["exit", "running", "cards", "metrics", "order"]
    static let cardExpectationKeys = [
        "outcome", "state", "reason", "digest", "restarts", "detached", "source", "running",
    ]

    /// - Parameters:
    ///   - groups: nil when they could not be read; likewise the slots.
    func expectation(_ fields: Fields, groups: [ScenarioGroup]?, slots: [UInt16]?) -> ScenarioExpectation? {
        guard let setting = fields["expect"] else { return ScenarioExpectation(exit: .success, metrics: []) }
        guard let expected = setting.fields(Self.expectationKeys) else { return nil }
        if fields["steps"] != nil {
            for key in ["exit", "running"] {
                expected.entry(key)?.report("belongs to each act where there are steps")
            }
        }
        let exit = expected["exit"].map { $0.choice(ScenarioExpectation.Exit.self) } ?? .success
        let metrics = expected["metrics"].map { $0.list("a list of metrics, such as [\"efficiency >= 0.97\"]") } ?? []
        let running = expected["running"].map { $0.version() }
        let cards = expected["cards"].map { self.cards($0, groups: groups, slots: slots) } ?? []
        let order = expected["order"].map { self.order($0) } ?? []
        guard let exit, let metrics, let order else { return nil }
        return ScenarioExpectation(
            exit: exit, metrics: metrics.compactMap(metric), running: running ?? nil, cards: cards, order: order)
    }

    private func metric(_ setting: Setting) -> MetricExpectation? {
        guard let text = setting.text("a metric and its bound, such as efficiency >= 0.97") else { return nil }
        do throws(MetricExpectation.Refusal) {
            return try MetricExpectation(parsing: text)
        } catch {
            setting.report(error.message, suggestion: error.suggestion)
            return nil
        }
    }

    private func order(_ setting: Setting) -> [EventPattern]? {
        guard let settings = setting.list("a list of events, such as [\"slot 7 detached\", \"slot 7 success\"]") else {
            return nil
        }
        let patterns = settings.map { setting -> EventPattern? in
            guard let text = setting.text(EventPattern.expectation) else { return nil }
            if let pattern = EventPattern(text) { return pattern }
            setting.report(
                "is \(text.quoted); expected \(EventPattern.expectation)",
                suggestion: text.split(separator: " ").last.flatMap {
                    nearest(to: String($0), among: EventPattern.names)
                })
            return nil
        }
        return patterns.contains { $0 == nil } ? nil : patterns.compactMap { $0 }
    }

    // MARK: Cards

    private func cards(_ setting: Setting, groups: [ScenarioGroup]?, slots: [UInt16]?) -> [SelectedCards] {
        (setting.entries("a mapping of all, a group or slots to what must come of them") ?? []).compactMap { entry in
            guard let selection = selection(entry, groups: groups, slots: slots),
                let fields = entry.value.fields(Self.cardExpectationKeys)
            else { return nil }
            return SelectedCards(selection: selection, expectation: card(fields))
        }
    }

    private func selection(
        _ entry: Entry, groups: [ScenarioGroup]?, slots: [UInt16]?
    ) -> CardExpectation.Selection? {
        let words = entry.key.split(separator: " ", maxSplits: 1).map(String.init)
        switch (words.first, words.count) {
        case ("all", 1): return .all
        case ("group", 2):
            if groups.map({ !$0.contains { $0.name == words[1] } }) ?? false {
                entry.report("group \(words[1].quoted) is not among the groups")
            }
            return .group(words[1])
        case ("slot", 2), ("slots", 2):
            do throws(SlotList.Refusal) {
                let named = try SlotList.parse(words[1])
                for slot in named where slots.map({ !$0.contains(slot) }) ?? false {
                    entry.report("slot \(slot) is empty")
                }
                return .slots(named)
            } catch {
                entry.report(error.message)
                return nil
            }
        default:
            entry.report("key \(entry.key.quoted) selects no cards; expected all, group NAME, slot 7 or slots 1-4,7")
            return nil
        }
    }

    private func card(_ fields: Fields) -> CardExpectation {
        var card = CardExpectation()
        card.outcome = fields["outcome"]?.choice()
        card.state = fields["state"]?.choice()
        card.reason = fields["reason"]?.text("a part of the reason")
        card.digest = fields["digest"]?.choice()
        card.restarts = fields["restarts"].flatMap { setting in
            let expectation = "a count such as 1, or a bound such as '>= 1'"
            guard let text = setting.text(expectation) else { return nil }
            if let bound = CountBound(text) { return bound }
            setting.report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        card.isDetached = fields["detached"]?.flag()
        card.source = fields["source"]?.choice()
        card.running = fields["running"]?.version()
        return card
    }
}
