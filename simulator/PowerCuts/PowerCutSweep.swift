package import CardSoftware
import FlashModel

/// Cuts the power of a card at every operation of every phase of its life, in four ways; and then again at every operation of its
/// recovery. Pure and deterministic: no time passes, nothing is left to chance but by the seed.
package struct PowerCutSweep: Sendable {
    private let seed: UInt64
    /// Second cuts are made at every so many operations of a recovery: 1 makes all of them.
    private let stride: Int
    private let depth: Int
    private let defect: PlantedDefect?

    /// What a sweep has found.
    package struct Result: Sendable {
        package struct Row: Equatable, Sendable {
            package var geometry: String
            package var phase: SweepPhase
            /// Operations of the phase without a cut.
            package var operations: Int
            package var cases: Int
            package var failures: Int
        }

        package struct Failure: Equatable, Sendable {
            /// nil when it went wrong before any cut.
            package var replay: SweepCase?
            package var violation: Violation
        }

        package internal(set) var rows: [Row] = []
        /// The first ones.
        package internal(set) var failures: [Failure] = []
        package var caseCount: Int { rows.reduce(0) { $0 + $1.cases } }
        package var failureCount: Int { rows.reduce(0) { $0 + $1.failures } }

        package init() {}

        /// More of them say the same again.
        static let keptFailures = 20

        mutating func note(_ failure: Failure) {
            if failures.count < Self.keptFailures { failures.append(failure) }
        }

        package mutating func add(_ other: Result) {
            for row in other.rows {
                if let index = rows.firstIndex(where: { $0.geometry == row.geometry && $0.phase == row.phase }) {
                    rows[index].cases += row.cases
                    rows[index].failures += row.failures
                } else {
                    rows.append(row)
                }
            }
            for failure in other.failures { note(failure) }
        }
    }

    package init(seed: UInt64, depth: Int = 2, stride: Int = 1, defect: PlantedDefect? = nil) {
        precondition((1...2).contains(depth) && stride >= 1)
        self.seed = seed
        self.depth = depth
        self.stride = stride
        self.defect = defect
    }

    /// Sweeps one geometry.
    package func run(_ geometry: SweepGeometry) -> Result {
        var result = Result()
        let story: SweepStory
        do { story = try SweepStory(geometry, seed: seed, defect: defect) } catch {
            result.rows.append(
                Result.Row(geometry: geometry.name, phase: .download, operations: 0, cases: 0, failures: 1))
            result.note(Result.Failure(replay: nil, violation: error))
            return result
        }
        for phase in SweepPhase.allCases { sweep(phase, of: story, &result) }
        return result
    }

    private func sweep(_ phase: SweepPhase, of story: SweepStory, _ result: inout Result) {
        var row = Result.Row(geometry: story.geometry.name, phase: phase, operations: 0, cases: 0, failures: 0)
        func note(_ replay: SweepCase?, _ violation: Violation) {
            row.failures += 1
            result.note(Result.Failure(replay: replay, violation: violation))
        }
        defer { result.rows.append(row) }
        do throws(Violation) {
            row.operations = try operations(of: phase, story)
        } catch {
            return note(nil, error)
        }
        for operation in Swift.stride(from: 1, through: row.operations, by: 1) {
            for torn in TornMode.allCases {
                var replay = SweepCase(
                    geometry: story.geometry.name, phase: phase, first: SweepCase.Cut(operation: operation, torn: torn),
                    seed: seed)
                row.cases += 1
                let cut: CutCard
                let recovery: Int
                do throws(Violation) {
                    cut = try self.cut(replay, story)
                    recovery = try recover(cut, replay, story)
                } catch {
                    note(replay, error)
                    continue
                }
                guard depth == 2 else { continue }
                // Not the same ones after each first cut.
                for second in Swift.stride(
                    from: 1 + (operation + Int(torn.rawValue)) % stride, through: recovery, by: stride)
                {
                    for tornAgain in TornMode.allCases {
                        replay.second = SweepCase.Cut(operation: second, torn: tornAgain)
                        row.cases += 1
                        do { try recoverTwice(cut, replay, story) } catch { note(replay, error) }
                    }
                }
            }
        }
    }

    /// Runs one case again.
    ///
    /// - Returns: what is wrong; nil when nothing is.
    package static func replay(_ replay: SweepCase, defect: PlantedDefect? = nil) -> Violation? {
        guard let geometry = SweepGeometry.named(replay.geometry) else {
            return Violation("there is no geometry \(replay.geometry)")
        }
        let sweep = PowerCutSweep(seed: replay.seed, defect: defect)
        do throws(Violation) {
            let story = try SweepStory(geometry, seed: replay.seed, defect: defect)
            let cut = try sweep.cut(replay, story)
            if replay.second == nil {
                _ = try sweep.recover(cut, replay, story)
            } else {
                try sweep.recoverTwice(cut, replay, story)
            }
            return nil
        } catch {
            return error
        }
    }

    // MARK: One case

    /// A card after a cut.
    private struct CutCard {
        var model: FlashModel
        var acknowledged: Int
    }

    private func card(_ model: FlashModel, _ story: SweepStory) throws(SweptCard.Interruption) -> SweptCard {
        try SweptCard(model, sectionBytes: story.geometry.sectionBytes, defect: defect)
    }

    /// How many operations a phase has without a cut.
    private func operations(of phase: SweepPhase, _ story: SweepStory) throws(Violation) -> Int {
        let start = story.start(phase)
        do throws(SweptCard.Interruption) {
            var card = try card(start.model, story)
            try story.pursue(phase, &card)
            try check { () throws(Violation) in try SweepChecks(story: story, phase: phase).atGoal(card) }
            return card.flash.model.counts.operations - start.model.counts.operations
        } catch {
            throw violation(error)
        }
    }

    private func cut(_ replay: SweepCase, _ story: SweepStory) throws(Violation) -> CutCard {
        let start = story.start(replay.phase)
        var model = start.model
        model.arm(replay.first.power(seed: seed))
        do throws(SweptCard.Interruption) {
            var card = try card(model, story)
            card.acknowledged = start.acknowledged
            return try cut(&card, story) { (card) throws(SweptCard.Interruption) in
                try story.pursue(replay.phase, &card)
            }
        } catch {
            throw violation(error)
        }
    }

    /// Lets the power fail in `body`.
    private func cut(
        _ card: inout SweptCard, _ story: SweepStory,
        _ body: (inout SweptCard) throws(SweptCard.Interruption) -> Void
    ) throws(SweptCard.Interruption) -> CutCard {
        do throws(SweptCard.Interruption) {
            try body(&card)
        } catch .powerLost {
            var model = card.flash.model
            model.restorePower()
            return CutCard(model: model, acknowledged: card.acknowledged)
        } catch {
            throw error
        }
        throw .violation(Violation("the power was cut, and nobody noticed"))
    }

    /// Lets a card start again and reach its goal, and checks it on its way.
    ///
    /// - Returns: how many operations that took.
    @discardableResult
    private func recover(_ cut: CutCard, _ replay: SweepCase, _ story: SweepStory) throws(Violation) -> Int {
        let checks = SweepChecks(story: story, phase: replay.phase)
        try checks.afterCut(cut.model)
        do throws(SweptCard.Interruption) {
            var card = try card(cut.model, story)
            try card.restart()
            try check { () throws(Violation) in try checks.afterStart(card, acknowledged: cut.acknowledged) }
            try story.pursue(replay.phase, &card)
            try check { () throws(Violation) in try checks.atGoal(card) }
            let operations = card.flash.model.counts.operations - cut.model.counts.operations
            if story.geometry.isLongLived && replay.second == nil { try liveOn(&card, story, checks) }
            return operations
        } catch {
            throw violation(error)
        }
    }

    /// Fills the metadata blocks once more: what a torn erase has left must not come back when the records have grown up to it.
    private func liveOn(
        _ card: inout SweptCard, _ story: SweepStory, _ checks: SweepChecks
    ) throws(SweptCard.Interruption) {
        let units = story.geometry.profile.geometry.unitsPerBlock
        // No download begins while an image is on trial.
        try card.commit()
        // A record takes at least a unit, and a download abandoned two of them.
        for _ in 0..<FlashLayout.metadataBlocks * units / 2 {
            try card.abandonDownload(story.new)
            try check { () throws(Violation) in try checks.newestRecord(is: card) }
        }
    }

    private func recoverTwice(_ first: CutCard, _ replay: SweepCase, _ story: SweepStory) throws(Violation) {
        guard let cut = replay.second else { preconditionFailure("\(replay) has no second cut") }
        var model = first.model
        model.arm(cut.power(seed: seed &+ 1))
        let second: CutCard
        do throws(SweptCard.Interruption) {
            var card = try card(model, story)
            card.acknowledged = first.acknowledged
            second = try self.cut(&card, story) { (card) throws(SweptCard.Interruption) in
                try card.restart()
                try story.pursue(replay.phase, &card)
            }
        } catch {
            throw violation(error)
        }
        try recover(second, replay, story)
    }

    private func check(_ body: () throws(Violation) -> Void) throws(SweptCard.Interruption) {
        do { try body() } catch { throw .violation(error) }
    }

    private func violation(_ interruption: SweptCard.Interruption) -> Violation {
        switch interruption {
        case .powerLost: Violation("the power was lost at another operation than that which was cut")
        case .violation(let violation): violation
        }
    }
}
