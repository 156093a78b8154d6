import Download
import Runtime
import Testing

/// The window told again without cleverness: for every block that was ever published, the cards that owe it.
private struct NaiveWindow {
    let capacity: Int
    var cursors: [Int?]
    var owing: [Set<Int>] = []

    var published: Int { owing.count }
    var released: Int { owing.firstIndex { !$0.isEmpty } ?? owing.count }
    var liveCount: Int { published - released }
    var attached: [Int] { cursors.indices.filter { cursors[$0] != nil } }
    /// The cards that may take a block now.
    var hungry: [Int] { attached.filter { cursors[$0]! < published } }

    mutating func publish() { owing.append(Set(attached)) }

    mutating func take(_ card: Int) {
        owing[cursors[card]!].remove(card)
        cursors[card]! += 1
    }

    mutating func detach(_ card: Int) {
        cursors[card] = nil
        for block in owing.indices { owing[block].remove(card) }
    }
}

@Suite struct BlockWindowTests {
    /// Batches of sequences, by their first seed; a failure names the seed of its sequence.
    @Test(arguments: Array(stride(from: UInt64(0), to: 4000, by: 500)))
    func anySequenceOfOperationsIsAsTheNaiveModelHasIt(firstSeed: UInt64) {
        for seed in firstSeed..<firstSeed + 500 {
            if let difference = difference(seed: seed) {
                Issue.record("seed \(seed): \(difference)")
                return
            }
        }
    }

    /// Runs one random sequence; the first difference ends it.
    private func difference(seed: UInt64) -> String? {
        var random = SplitMix64(seed: seed)
        let capacity = Int.random(in: 1...9, using: &random)
        let cardCount = Int.random(in: 0...6, using: &random)
        // Cards leave seldom in one sequence and often in another.
        let leaving = Int.random(in: 0...8, using: &random)
        var window = BlockWindow(capacity: capacity, cardCount: cardCount)
        var model = NaiveWindow(capacity: capacity, cursors: Array(repeating: 0, count: cardCount))
        for step in 0..<120 {
            switch Int.random(in: 0..<40, using: &random) {
            case 0..<leaving where cardCount > 0:
                // Also a card that is out already: that changes nothing.
                let card = Int.random(in: 0..<cardCount, using: &random)
                window.detach(card)
                model.detach(card)
            case 8..<16 where window.hasRoom:
                window.publish()
                model.publish()
            default:
                guard let card = model.hungry.randomElement(using: &random) else { continue }
                window.take(card)
                model.take(card)
            }
            guard window.published == model.published, window.released == model.released,
                window.liveCount == model.liveCount, window.attachedCount == model.attached.count,
                window.hasRoom == (model.liveCount < capacity),
                (0..<cardCount).allSatisfy({ window.isAttached($0) == (model.cursors[$0] != nil) })
            else {
                return "after step \(step) the window is \(window), and should be \(model)"
            }
        }
        return nil
    }

    @Test func aCardThatLeavesGivesBackWhatItAloneOwed() {
        var window = BlockWindow(capacity: 2, cardCount: 2)
        window.publish()
        window.publish()
        for _ in 0..<2 { window.take(0) }
        #expect(!window.hasRoom)
        window.detach(1)
        #expect(window.liveCount == 0)
        #expect(window.attachedCount == 1)
    }

    @Test func withoutCardsNothingIsHeld() {
        var window = BlockWindow(capacity: 1, cardCount: 0)
        for block in 1...3 {
            window.publish()
            #expect(window.released == block)
        }
    }
}
