import CardDialogue
import CardProtocol
import Download
import FlashModel
import Reports
import Runtime
import Testing

/// Cards that are slower than the others, or stop: what they cost the others, and what becomes of them.
@Suite struct StragglerTests {
    private static let image = TestImage(byteCount: 4 << 20)
    /// What is asked of the others, and of the slow card.
    private static let othersFactor = 1.02
    private static let slowFactor = 1.05

    private static func bench(_ occupants: [Occupant], seed: UInt64 = 1) -> DownloadBench {
        var bench = DownloadBench(occupants)
        bench.image = image
        bench.blockCount = 8
        bench.seed = seed
        return bench
    }

    private static func slowCard(_ factor: Double = 5) throws -> Occupant {
        .card(CardOptions(part: try FlashProfile.spiNOR.scaled(by: factor)))
    }

    /// The time of a card whose shelf is all like it.
    private static func time(of card: Occupant) throws -> Duration {
        try bench(Array(repeating: card, count: 3)).run().result.elapsed
    }

    private static func shelf(slow: Int, of count: Int) throws -> [Occupant] {
        // Not the first one: whoever comes first is served first.
        try (0..<count).map { index in isSlow(index, slow: slow) ? try slowCard() : .card }
    }

    private static func isSlow(_ index: Int, slow: Int) -> Bool { (1...slow).contains(index) }

    @Test(arguments: [1, 9], [1, 2, 3] as [UInt64]) func fewSlowCardsHoldNobodyUp(slow: Int, seed: UInt64) throws {
        let ending = try Self.bench(try Self.shelf(slow: slow, of: 20), seed: seed).run()
        let usual = try Self.time(of: .card)
        let slowTime = try Self.time(of: Self.slowCard())
        #expect(ending.outcomes == Array(repeating: .success, count: 20))
        for (index, card) in ending.result.cards.enumerated() {
            let isSlow = Self.isSlow(index, slow: slow)
            #expect((card.account.detachments > 0) == isSlow, "slot \(card.slot)")
            let bound = isSlow ? slowTime * Self.slowFactor : usual * Self.othersFactor
            #expect(card.elapsed <= bound, "slot \(card.slot): \(card.elapsed) of \(bound)")
            if isSlow { #expect(card.account.donorBytes > 0) }
        }
        // What the slow cards missed they have from the others.
        #expect(ending.result.sourceSessions == 1)
        #expect(ending.source.givenBytes == Self.image.bytes.count)
    }

    /// Where most cards are slow, theirs is the group's pace.
    @Test func manySlowCardsAreWaitedFor() throws {
        let ending = try Self.bench(try Self.shelf(slow: 6, of: 11)).run()
        #expect(ending.outcomes == Array(repeating: .success, count: 11))
        #expect(ending.result.cards.allSatisfy { $0.account.detachments == 0 })
    }

    @Test func whoSaysWaitWaits() throws {
        var bench = Self.bench(try Self.shelf(slow: 1, of: 4))
        bench.stalls = .wait
        let ending = try bench.run()
        #expect(ending.result.cards.allSatisfy { $0.account.detachments == 0 })
        let slowTime = try Self.time(of: Self.slowCard())
        #expect(ending.result.cards[0].elapsed > slowTime * 0.8)
    }

    @Test func whoSaysDropDropsThem() throws {
        var bench = Self.bench(try Self.shelf(slow: 1, of: 4))
        bench.stalls = .drop
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .failed, .success, .success])
        #expect(ending.card(2).reason?.contains("dropped: it kept the other cards waiting") == true)
        #expect(ending.card(1).elapsed <= (try Self.time(of: .card)) * Self.othersFactor)
    }

    /// A stopped process: its kernel still takes bytes, and nobody answers.
    @Test func aCardThatFallsSilentIsReportedSoon() throws {
        let silentAt = Duration.seconds(1)
        let silent = Occupant.scripted { card in
            try await card.prepare()
            while card.loop.now.sinceStart < silentAt {
                guard case .section = try await card.receive() else { return }
                try await card.acknowledge(card.receivedBytes)
                try await card.loop.sleep(for: .milliseconds(50))
            }
            try await card.loop.sleep(for: .seconds(1000))
        }
        let ending = try Self.bench([.card, silent, .card, .card, .card]).run()
        #expect(ending.outcomes == [.success, .failed, .success, .success, .success])
        #expect(ending.card(2).reason == "sending the image: nothing from the card for 4 s")
        // Until its next section comes it owes nothing: a block takes 0.35 s here, and it may have taken one more.
        #expect(ending.card(2).elapsed <= silentAt + .milliseconds(700) + .seconds(5))
        #expect(ending.card(1).elapsed <= (try Self.time(of: .card)) * Self.othersFactor)
    }

    /// Its window is large and its kernel's memory full: in the middle of a section nobody waits for an acknowledgement.
    @Test func aSilentCardWithAFullConnectionIsReportedSoon() throws {
        let silent = Occupant.scripted { card in
            try await card.greet()
            _ = try await card.receive()
            try await card.send(.downloadStarted(DownloadStarted(instance: 1, offset: 0, windowBytes: 8 << 20)))
            try await card.loop.sleep(for: .seconds(1000))
        }
        let ending = try Self.bench([.card, silent, .card, .card, .card]).run()
        #expect(ending.outcomes == [.success, .failed, .success, .success, .success])
        #expect(ending.card(2).reason == "sending the image: nothing from the card for 4 s")
        #expect(ending.card(2).elapsed <= .seconds(5))
    }

    /// A card that was slow for a while goes on with the others.
    @Test func aCardThatRecoversComesBack() throws {
        let pausing = Occupant.scripted { card in
            try await card.prepare()
            while case .section = try await card.receive() {
                if card.receivedBytes == 640 << 10 {
                    // Alive, and busy.
                    for _ in 0..<12 {
                        try await card.loop.sleep(for: .seconds(1))
                        try await card.acknowledge(card.receivedBytes - (64 << 10))
                    }
                }
                try await card.acknowledge(card.receivedBytes)
            }
            try await card.sendResult()
        }
        let ending = try Self.bench([.card, pausing, .card, .card]).run()
        #expect(ending.outcomes == Array(repeating: .success, count: 4))
        #expect(ending.card(2).account.detachments == 1)
        #expect(ending.card(2).account.donorBytes > 0)
        let phases = ending.events.compactMap { entry -> CardPhase? in
            if case .cardChanged(2, let phase) = entry.event { phase } else { nil }
        }
        #expect(phases == [.connecting, .preparing, .receiving, .catchingUp, .receiving, .verifying])
        #expect(ending.card(1).elapsed <= (try Self.time(of: .card)) * Self.othersFactor)
    }

    /// A donor that gives something else is found by what was in the pool, and another one is asked.
    @Test func aDonorThatLiesIsFound() throws {
        // The least of the slots, and always ahead: it is asked first.
        let liar = Occupant.scripted { card in
            while true {
                switch try await card.receive() {
                case .request(.readImage(let read)):
                    let bytes = [UInt8](repeating: 7, count: Int(read.bytes))
                    try await card.sendImageData(offset: read.offset, bytes)
                case .end: return
                case let other: try await card.answer(other)
                }
            }
        }
        let ending = try Self.bench([liar, try Self.slowCard(), .card, .card, .card]).run()
        #expect(ending.outcomes == Array(repeating: .success, count: 5))
        #expect(ending.card(2).account.donorBytes > 0)
    }

    /// When nobody is left to read from, the server gives the rest.
    @Test func theServerServesWhomNobodyElseCan() throws {
        let dying = Occupant.card(CardOptions(diesAt: .seconds(6)))
        let ending = try Self.bench([dying, try Self.slowCard(), dying]).run()
        #expect(ending.outcomes == [.failed, .success, .failed])
        #expect(ending.card(2).account.ownSessions == 1)
        #expect(ending.source.sessions == 2)
    }
}
