import Faults
import FlashModel
import Reports
import Scenarios
import ShelfModel

/// What a run left to be judged, on either clock.
struct RunRecord: Sendable {
    struct Act: Sendable {
        var act: PlannedAct
        var report: DownloadReport?
        var statuses: [CardStatus] = []
        var hasSucceeded: Bool
        /// The CE was killed, and nobody took its place.
        var isAbandoned = false
        /// What a second CE reported.
        var secondReport: DownloadReport?
        /// How it ended, where that is not told by the cards.
        var ending: String?
    }

    var acts: [Act]
    /// What is wrong with each card's flash, by slot; cards that are right are not among them.
    var differences: [(slot: Int, text: String)] = []
    /// What the flash says of each card, by slot.
    var lives: [Int: CardLife] = [:]
    var restarts: [Int: Int] = [:]
    var unfired: [FaultPlacement.Placed] = []
    var events: [RunEvents.Event] = []
    /// The engine's own events are among them.
    var hasEngineEvents = true
    /// What went against the rules that hold in every run, a sentence each.
    var violations: [String] = []

    /// The act whose report is the run's: the first download that a CE lived to report.
    var main: Act? { acts.first { $0.report != nil } }
    /// What was reported of the cards last.
    var lastReport: DownloadReport? { acts.last { $0.report != nil }?.report }
    /// Something was done to the cards after that.
    var hasGoneOn: Bool {
        guard let last = acts.lastIndex(where: { $0.report != nil }) else { return false }
        return acts[(last + 1)...].contains { $0.act.step.act != .wait }
    }
}
