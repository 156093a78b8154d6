import CardProtocol
import CardSoftware
import Download
import FlashModel
import LineCard
import Reports
import Runtime
import Testing

/// What holds after every run, whatever happened in it.
extension DownloadBench {
    func check(_ ending: Ending) throws {
        let note: Comment = "seed \(seed), mode \(mode.rawValue)"
        #expect(ending.result.cards.map(\.slot) == Array(1...(occupants.count - donorCount)), note)
        let most = memoryChanges.map(\.bytes).reduce(pool.budgetBytes, max)
        #expect(ending.result.poolPeakBytes <= most, note)
        #expect(ending.memoryExcess == [], note)
        #expect(ending.source.ended == ending.source.sessions, "a session with the source is open, \(note)")
        // A session counts for the engine when the image begins to come.
        #expect(ending.result.sourceSessions <= ending.source.sessions, note)
        if kills.isEmpty { #expect((ending.result.sourceSessions > 0) == (ending.source.givenBytes > 0), note) }
        checkEvents(ending, note)
        for (slot, flash) in ending.flash.sorted(by: { $0.key < $1.key }) where slot <= ending.result.cards.count {
            let holdsImage = try flash.holds(image)
            let outcome = ending.card(slot).outcome
            // A card that has the image may be one whose result came too late to count: never one that failed otherwise.
            if outcome == .success || outcome == .skipped { #expect(holdsImage, "slot \(slot), \(note)") }
            if outcome == .failed { #expect(!holdsImage, "slot \(slot), \(note)") }
        }
    }

    /// Every card has exactly one end in the events, and it is that of the result.
    private func checkEvents(_ ending: Ending, _ note: Comment) {
        var ends: [Int: [Outcome]] = [:]
        var last = Instant.start
        for entry in ending.events {
            #expect(entry.instant >= last, note)
            last = entry.instant
            if case .cardEnded(let slot, let outcome, let reason) = entry.event {
                ends[slot, default: []].append(outcome)
                #expect(reason == ending.card(slot).reason, note)
            }
        }
        for card in ending.result.cards { #expect(ends[card.slot] == [card.outcome], "slot \(card.slot), \(note)") }
    }
}

extension FlashModel {
    /// Whether an instance is valid; and if one is that was downloaded, that it holds exactly the image.
    ///
    /// - Returns: false when no downloaded instance is valid.
    func holds(_ image: TestImage) throws -> Bool {
        let inspection = try FlashInspection(self)
        // Instance 0 is the factory's software, which is not in the flash.
        let state = inspection.instances[1]
        guard state.isValid else { return false }
        var reader = inspection.reader(ofInstance: 1)
        var bytes = [UInt8](repeating: 0, count: Int(state.imageBytes))
        let count = try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
        #expect(count == image.bytes.count && bytes == image.bytes, "a card is valid with another image in its flash")
        #expect(state.digest == image.digest)
        return true
    }
}
