import FlashModel
import Glibc
import Reports

/// What an emulated flash costs, and whether it takes the time that its data sheet says.
struct FlashModelBenchmark: Benchmark {
    let name = "flash-model"
    let intent = """
        An emulated flash on one core, without a card around it. Page programs: pages of 256 bytes, one at a time, over all blocks \
        of 16 MiB, each erased before; the part is half worn, its times are drawn, it has factory-bad blocks, weak blocks and pages. \
        Only the programs count, the time of all is CPU time. Clock: a 16 MiB image is erased, programmed in sections of 64 KiB and \
        read back; how far the flash's clock is then from the profile's arithmetic.
        """
    let defaultRounds = 5

    private static let imageBytes = 16 << 20
    private static let sectionBytes = 64 << 10
    private static let speedTarget = Target.atLeast(1_000_000)
    private static let deviationTarget = Target.atMost(0.01)
    /// So many passes over the flash are one round: more than a second's worth at the target.
    private static let passesInMemory = 32

    func measure(rounds: Int, in workshop: Workshop) async throws -> Section {
        var section = Section()
        let profile = try FlashProfile.spiNOR.withCapacity(bytes: Self.imageBytes)
        var memory: [Double] = []
        var file: [Double] = []
        for round in 1...rounds {
            let faults = Self.faults(of: profile, seed: UInt64(round))
            memory.append(try Self.programsPerSecond(FlashModel(profile, faults: faults), passes: Self.passesInMemory))
            let storage = try FileFlashStorage(
                path: workshop.freshPath("card.flash"), profile: profile, faults: faults)
            file.append(try Self.programsPerSecond(FlashModel(profile, storage: storage, faults: faults), passes: 1))
        }
        section.add(
            "page programs a CPU second",
            [Figure("in memory", .count, memory, Self.speedTarget), Figure("in a file", .count, file)])
        let deviations = try FlashProfile.all.map { profile in
            Figure(profile.name, .percent, [try Self.clockDeviation(of: profile)], Self.deviationTarget)
        }
        section.add("the clock's deviation from the profile", deviations)
        return section
    }

    private static func faults(of profile: FlashProfile, seed: UInt64) -> FlashFaults {
        var faults = FlashFaults()
        faults.seed = seed
        faults.initialCycles = (profile.enduranceCycles ?? 0) / 2
        faults.times = .drawn
        faults.factoryBadShare = 0.02
        faults.bitFlipProbability = 1e-6
        faults.blocks = BlockFault.Behaviour.allCases.enumerated().map { index, behaviour in
            BlockFault(block: 10 * (index + 1), behaviour, afterCycles: faults.initialCycles + 2)
        }
        faults.units = [UnitFault(unit: 1000, .weakPage), UnitFault(unit: 2000, .gravePage)]
        return faults
    }

    private static func programsPerSecond(_ flash: FlashModel, passes: Int) throws -> Double {
        var flash = flash
        let geometry = flash.geometry
        let page = [UInt8](repeating: 0x5A, count: geometry.programSize)
        let start = cpuSeconds
        for _ in 0..<passes {
            for block in 0..<geometry.blockCount {
                do throws(FlashError) {
                    try flash.erase(block: block, at: .zero)
                    try program(page, overBlock: block, of: &flash)
                } catch {
                    // A card would go on in a spare.
                    guard error.isOfPart else { throw error }
                }
            }
        }
        let seconds = cpuSeconds - start
        guard seconds > 0 else { throw BenchmarkError("programming took no CPU time at all") }
        return Double(flash.counts.programs) / seconds
    }

    private static func program(
        _ page: [UInt8], overBlock block: Int, of flash: inout FlashModel
    ) throws(FlashError) {
        let geometry = flash.geometry
        try page.span.withUnsafeBytes { (bytes) throws(FlashError) in
            let start = block * geometry.eraseSize
            for address in stride(from: start, to: start + geometry.eraseSize, by: geometry.programSize) {
                try flash.program(address: address, bytes: bytes, at: .zero)
            }
        }
    }

    /// Of this thread alone: the loop's other work does not count.
    private static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func clockDeviation(of profile: FlashProfile) throws -> Double {
        var flash = FlashModel(try profile.withCapacity(bytes: imageBytes))
        let geometry = flash.geometry
        for block in 0..<geometry.blockCount { try flash.erase(block: block, at: flash.busyUntil) }
        var section = [UInt8](repeating: 0x5A, count: sectionBytes)
        for address in stride(from: 0, to: imageBytes, by: sectionBytes) {
            try section.withUnsafeBytes { _ = try flash.program(address: address, bytes: $0, at: flash.busyUntil) }
        }
        for address in stride(from: 0, to: imageBytes, by: sectionBytes) {
            try section.withUnsafeMutableBytes { _ = try flash.read(address: address, into: $0, at: flash.busyUntil) }
        }
        let timing = profile.timing
        let expected =
            timing.eraseBlock * (imageBytes / geometry.eraseSize) + timing.programUnit
            * (imageBytes / geometry.programSize)
            + timing.readUnit * (imageBytes / geometry.readSize) + timing.readByte * imageBytes
        guard expected > .zero else { return flash.busyUntil == .zero ? 0 : 1 }
        return abs(flash.busyUntil / expected - 1)
    }
}

extension FlashError {
    /// The part has failed, as it was meant to; not the benchmark.
    fileprivate var isOfPart: Bool {
        switch self {
        case .eraseFailed, .programFailed, .readFailed, .notErased: true
        default: false
        }
    }
}
