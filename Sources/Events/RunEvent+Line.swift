import Reports

extension RunEvent {
    /// The event as a line of a stream, with the newline.
    ///
    /// - Parameter sequence: the line's number in its stream, from 0.
    package func line(sequence: Int) -> [UInt8] {
        var line = JSONLine()
        line.add("v", Self.version)
        line.add("seq", sequence)
        line.add("t", seconds)
        line.add("event", kind.name)
        kind.add(to: &line)
        line.end()
        return line.bytes
    }
}

extension EventKind {
    fileprivate func add(to line: inout JSONLine) {
        switch self {
        case .streamOpened(let opening):
            line.add("program", opening.program)
            line.add("mode", opening.mode.rawValue)
            line.add("clock", opening.clock.rawValue)
            if let seconds = opening.monotonicSeconds { line.add("monotonic_s", seconds) }
        case .groupStarted(let opening): opening.add(to: &line)
        case .groupEnded(let group), .sourceOpened(let group), .sourceVerified(let group): line.add("group", group)
        case .sourceInterrupted(let group, let reason), .sourceFailed(let group, let reason),
            .rolloutStopped(let group, let reason):
            line.add("group", group)
            line.add("reason", reason)
        case .sample(let sample): sample.add(to: &line)
        case .waveStarted(let group, let number, let count, let slots):
            line.add("group", group)
            line.add("number", number)
            line.add("count", count)
            line.add("slots", slots)
        case .fault(let mark): mark.add(to: &line)
        case .cardPhase, .cardDetached, .cardDonor, .donorLeft, .cardEnded, .cardActivation, .cardRolledOut,
            .cardProcess:
            addCard(to: &line)
        }
    }

    private func addCard(to line: inout JSONLine) {
        if let slot { line.add("slot", slot) }
        switch self {
        case .cardPhase(_, let phase): line.add("phase", phase)
        case .cardDetached(_, let cost, let allowed):
            line.add("cost_s", cost)
            line.add("allowed_s", allowed)
        case .cardDonor(_, let donor): if let donor { line.add("donor", donor) }
        case .donorLeft(_, let state, let reason):
            line.add("state", state)
            line.add("reason", reason)
        case .cardEnded(_, let outcome, let reason):
            line.add("outcome", outcome.rawValue)
            line.add("reason", reason)
        case .cardActivation(_, let phase, let reason):
            line.add("phase", phase)
            line.add("reason", reason)
        case .cardRolledOut(_, let state, let reason):
            line.add("state", state.rawValue)
            line.add("reason", reason)
        case .cardProcess(_, let state, let detail):
            line.add("state", state)
            line.add("detail", detail)
        default: break
        }
    }
}

extension GroupOpening {
    fileprivate func add(to line: inout JSONLine) {
        line.add("group", name)
        line.add("version", version)
        line.add("image_bytes", imageBytes)
        line.add("slots", slots)
        line.add("block_bytes", blockBytes)
        line.add("budget_bytes", budgetBytes)
    }
}

extension GroupSample {
    fileprivate func add(to line: inout JSONLine) {
        line.add("group", group)
        line.add("server_bytes", serverBytes)
        line.add("pool_bytes", poolBytes)
        line.add("budget_bytes", budgetBytes)
        line.add("depth", depth)
        line.add("full_s", fullSeconds)
        line.add("holders", holders)
        line.add("slots", cards.lazy.map(\.slot))
        line.add("flash_bytes", cards.lazy.map(\.flashBytes))
        line.add("donor_bytes", cards.lazy.map(\.donorBytes))
        line.add("server_wait_s", cards.lazy.map(\.serverWaitSeconds))
        line.add("pool_wait_s", cards.lazy.map(\.poolWaitSeconds))
        line.add("card_wait_s", cards.lazy.map(\.cardWaitSeconds))
        line.add("waits_for", cards.lazy.map(\.waitsFor.rawValue))
    }
}

extension FaultMark {
    fileprivate func add(to line: inout JSONLine) {
        line.add("what", what)
        line.add("target", target)
        if let slot { line.add("slot", slot) }
        line.add("phase", phase.rawValue)
        line.add("detail", detail)
    }
}
