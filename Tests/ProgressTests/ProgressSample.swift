import Events
import Progress
import Reports

/// A shelf's progress, made by hand.
struct ProgressSample {
    static let imageBytes: UInt64 = 16 << 20
    var state = ProgressState()

    /// - Parameter cardCount: all of which receive the image.
    init(cardCount: Int) {
        let opening = GroupOpening(
            name: "adsl", version: "2.0.0", imageBytes: Self.imageBytes, slots: Array(1...cardCount),
            blockBytes: 64 << 10, budgetBytes: 512 << 10)
        note(0, .groupStarted(opening))
        for slot in 1...cardCount { note(0, .cardPhase(slot: slot, phase: "receiving")) }
    }

    mutating func note(_ seconds: Double, _ kind: EventKind) {
        state.note(RunEvent(seconds: seconds, kind))
    }

    /// All cards at the same place.
    mutating func sample(_ seconds: Double, share: Double, cards: ClosedRange<Int>, waitsFor: CardNeed = .card) {
        let bytes = UInt64(Double(Self.imageBytes) * share)
        note(
            seconds,
            .sample(
                GroupSample(
                    group: "adsl", serverBytes: bytes, poolBytes: 128 << 10, budgetBytes: 512 << 10, depth: 2,
                    fullSeconds: 0, holders: [],
                    cards: cards.map { CardSample(slot: $0, flashBytes: bytes, waitsFor: waitsFor) })))
    }

    func text(_ columns: Int, _ rows: Int, at seconds: Double = 4) -> [String] {
        state.lines(columns: columns, rows: rows, at: seconds).map(\.text)
    }
}
