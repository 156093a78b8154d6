import FlashModel
import Testing

/// How a part grows old, and how long its operations take meanwhile.
@Suite struct AgeingTests {
    private func flash(age: Int, times: FlashFaults.Times = .typical, seed: UInt64 = 1) throws -> FlashModel {
        FlashModel(
            try agingProfile(),
            faults: faults {
                $0.initialCycles = age
                $0.times = times
                $0.seed = seed
            })
    }

    /// The growth is that of the square of the life used up; 45 ms and 90 us are the spans.
    @Test(arguments: [
        (0, 5_000_000, 10_000), (500, 16_250_000, 32_500), (900, 41_450_000, 82_900), (1000, 50_000_000, 100_000),
        (1200, 50_000_000, 100_000),
    ]) func timesGrowWithTheCyclesToTheirMaximum(age: Int, erase: Int, program: Int) throws {
        var flash = try flash(age: age)
        let erased: Duration
        do { erased = try flash.erase(block: 0, at: .zero) } catch FlashError.eraseFailed { erased = flash.busyUntil }
        #expect(erased == .nanoseconds(erase))
        // In another block, which has no cycle more.
        let programmed = try flash.program(pattern(32), at: 256) - erased
        #expect(programmed == .nanoseconds(program))
        let before = flash.busyUntil
        _ = try flash.readBytes(0, 2)
        #expect(flash.busyUntil - before == .nanoseconds(100))
    }

    @Test func aBlockAgesByItsOwnErases() throws {
        var flash = try flash(age: 0)
        for _ in 0..<500 { try flash.erase(block: 0, at: .zero) }
        let before = flash.busyUntil
        #expect(try flash.erase(block: 0, at: .zero) - before == .nanoseconds(16_250_000))
        let between = flash.busyUntil
        #expect(try flash.erase(block: 1, at: .zero) - between == .milliseconds(5))
    }

    /// The first symptom of wear is an erase that fails: past the promise, and before a quarter more.
    @Test(arguments: StorageKind.allCases) func afterItsEnduranceABlockCannotBeErased(kind: StorageKind) throws {
        let folder = TemporaryFolder()
        let profile = try smallProfile()
        // Ten cycles are promised, so that two more are the most.
        var ends: [Int] = []
        var flash = try kind.model(profile, in: folder, faults: faults { $0.seed = 5 })
        for block in 0..<8 {
            var erases = 0
            #expect(throws: FlashError.eraseFailed(block: block)) {
                while erases < 100 {
                    try flash.erase(block: block, at: .zero)
                    erases += 1
                }
            }
            ends.append(erases)
            #expect(try flash.isWornOut(block: block))
            #expect(throws: FlashError.eraseFailed(block: block)) { try flash.erase(block: block, at: .zero) }
        }
        #expect(ends.allSatisfy { (10...12).contains($0) } && Set(ends).count > 1, "\(ends)")
        #expect(ends == (0..<8).map { flash.endurance(ofBlock: $0) })
    }

    @Test func cyclesBeforeTheCardsLifeCount() throws {
        var flash = FlashModel(try smallProfile(), faults: faults { $0.initialCycles = 13 })
        #expect(try flash.isWornOut(block: 0))
        #expect(throws: FlashError.eraseFailed(block: 0)) { try flash.erase(block: 0, at: .zero) }
        #expect(try flash.wear(ofBlock: 0) == 1)
    }

    @Test func aPartWithoutAnEndNeverWearsOut() throws {
        var flash = FlashModel(.instant, faults: faults { $0.initialCycles = FlashFaults.mostCycles })
        for _ in 0..<50 { try flash.erase(block: 0, at: .zero) }
        #expect(try !flash.isWornOut(block: 0))
        #expect(flash.endurance(ofBlock: 0) == nil)
    }

    // MARK: Drawn times

    private func eraseTimes(_ count: Int, age: Int = 0, seed: UInt64 = 1) throws -> [Duration] {
        var flash = try flash(age: age, times: .drawn, seed: seed)
        return try (0..<count).map { index in
            let before = flash.busyUntil
            return try flash.erase(block: index % 8, at: .zero) - before
        }
    }

    /// The excess is u^8 of the span, for an even u: a ninth of it in the mean.
    @Test func drawnTimesLieBetweenTypicalAndLongest() throws {
        let times = try eraseTimes(4000)
        #expect(times.allSatisfy { $0 >= .milliseconds(5) && $0 <= .milliseconds(50) })
        #expect(times.max()! > .milliseconds(45))
        // The blocks have aged by 500 cycles at the end, which adds a twelfth of the span of 45 ms: 3.75 ms.
        let mean = times.reduce(.zero, +) / times.count
        #expect(mean > .milliseconds(12.5) && mean < .milliseconds(14.5), "\(mean)")
    }

    @Test func drawnTimesComeFromTheSeed() throws {
        #expect(try eraseTimes(50) == eraseTimes(50))
        #expect(try eraseTimes(50) != eraseTimes(50, seed: 2))
    }

    @Test func anOldPartsDrawnTimesBeginWithItsAge() throws {
        #expect(try eraseTimes(50, age: 900).allSatisfy { $0 >= .nanoseconds(41_450_000) && $0 <= .milliseconds(50) })
    }

    @Test func aRunOfUnitsTakesAsLongAsItsUnits() throws {
        var whole = try flash(age: 0, times: .drawn)
        var parts = try flash(age: 0, times: .drawn)
        _ = try whole.program(pattern(256), at: 256)
        for unit in 8..<16 { _ = try parts.program(pattern(32), at: 32 * unit) }
        #expect(whole.busyUntil == parts.busyUntil)
        #expect(whole.busyUntil > .microseconds(80) && whole.busyUntil < .microseconds(800))
    }
}
