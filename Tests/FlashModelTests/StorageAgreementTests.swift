import FlashModel
import SharedBytes
import Testing

/// A flash in memory, one in a file, and one that shares what it is programmed with are the same flash.
@Suite struct StorageAgreementTests {
    /// A generator of its own (Knuth's MMIX constants), so that nothing but the seed decides.
    private struct Choice {
        var state: UInt64

        mutating func below(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
    }

    private static func faultyPart(_ seed: UInt64) -> FlashFaults {
        faults {
            $0.seed = seed
            $0.times = .drawn
            $0.factoryBadShare = 0.1
            $0.bitFlipProbability = 0.05
            $0.blocks = [
                BlockFault(block: 1, .programError, afterCycles: 20), BlockFault(block: 2, .eraseNoop, afterCycles: 30),
                BlockFault(block: 3, .programNoop, afterCycles: 40), BlockFault(block: 4, .readError, afterCycles: 50),
                BlockFault(block: 5, .eraseError, afterCycles: 10),
            ]
            $0.units = [UnitFault(unit: 41, .weakPage), UnitFault(unit: 50, .gravePage, afterCycles: 5)]
        }
    }

    /// Does one thing that may happen to a flash.
    ///
    /// - Returns: what came of it.
    ///
    /// - Parameter memory: where the bytes that are programmed stand, by their address in flash; nil: they are copies.
    private static func step(
        _ flash: inout FlashModel, _ choice: inout Choice, sharing memory: PatternMemory? = nil
    ) throws -> String {
        if !flash.isPowered { flash.restorePower() }
        let time = flash.busyUntil
        do {
            switch choice.below(20) {
            case 0..<4: return "\(try flash.erase(block: choice.below(8), at: time))"
            case 4..<11:
                let unit = choice.below(60)
                let range = 32 * unit..<32 * (unit + 1 + choice.below(4))
                if let memory {
                    let shared = Stretch(SharedBytes(memory, range))
                    return "\(try flash.program(address: range.lowerBound, bytes: shared, at: .zero))"
                }
                return "\(try flash.program(Array(PatternMemory.pattern[range]), at: range.lowerBound))"
            case 11..<16:
                let address = choice.below(1900)
                return "\(try flash.readBytes(address, choice.below(148)))"
            case 16: return "\(try flash.barrier(at: time))"
            case 17:
                let torn = TornMode.allCases[choice.below(4)]
                flash.arm(PowerCut(operation: 1 + choice.below(6), torn: torn, seed: UInt64(choice.below(1000))))
            case 18: try flash.turnOff(seed: UInt64(choice.below(1000)))
            default: try flash.rot(block: choice.below(8), bits: 1 + choice.below(3))
            }
            return "done"
        } catch let error as FlashError {
            return error.description
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64], [FlashPersistence.inOrder, .outOfOrder(window: 4)])
    func whateverHappensBothHoldTheSame(seed: UInt64, persistence: FlashPersistence) throws {
        let folder = TemporaryFolder()
        let profile = try agingProfile()
        var flashes = try StorageKind.allCases.map {
            try $0.model(profile, in: folder, faults: Self.faultyPart(seed))
        }
        flashes.append(FlashModel(profile, faults: Self.faultyPart(seed)))
        let memory = PatternMemory()
        for index in flashes.indices { flashes[index].persistence = persistence }
        var choices = Array(repeating: Choice(state: seed), count: 3)
        var failures: Set<String> = []
        var sharedSteps = 0
        for step in 0..<2000 {
            let outcomes = try flashes.indices.map {
                try Self.step(&flashes[$0], &choices[$0], sharing: $0 == 2 ? memory : nil)
            }
            try #require(outcomes[0] == outcomes[1] && outcomes[1] == outcomes[2], "step \(step)")
            if (0..<8).contains(where: { flashes[2].shared(at: 256 * $0, byteCount: 32) != nil }) { sharedSteps += 1 }
            failures.insert(String(outcomes[0].split(separator: " ").last ?? ""))
        }
        #expect(sharedSteps > 100)
        for other in flashes[1...] {
            #expect(flashes[0].counts == other.counts && flashes[0].busyUntil == other.busyUntil)
            for block in 0..<8 {
                #expect(try flashes[0].image(ofBlock: block) == other.image(ofBlock: block))
                #expect(try flashes[0].wear(ofBlock: block) == other.wear(ofBlock: block))
            }
        }
        // "could not be programmed", "could not be erased", "could not be read", "the power has failed": each has happened.
        #expect(failures.isSuperset(of: ["programmed", "erased", "read", "failed"]))
    }

    @Test func aCopyIsASnapshotWithItsPowerItsCountsAndItsClock() throws {
        var flash = FlashModel(try smallProfile())
        flash.persistence = .outOfOrder(window: 4)
        _ = try flash.program(pattern(64), at: 0)
        flash.arm(PowerCut(operation: 2, torn: .none))
        var snapshot = flash
        try flash.erase(block: 0, at: .zero)
        #expect(throws: FlashError.powerLost) { try flash.erase(block: 1, at: .zero) }
        #expect(snapshot.isPowered && snapshot.counts.operations == 2 && snapshot.busyUntil == .microseconds(20))
        #expect(try snapshot.contents(0, 64) == pattern(64))
        // Its own cut is still ahead of it.
        try snapshot.erase(block: 1, at: .zero)
        #expect(throws: FlashError.powerLost) { try snapshot.erase(block: 2, at: .zero) }
    }
}
