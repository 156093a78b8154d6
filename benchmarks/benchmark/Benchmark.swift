/// One benchmark: what it is about, and how it is measured.
protocol Benchmark: Sendable {
    var name: String { get }
    /// What is measured and how, as BENCHMARKS.md says it.
    var intent: String { get }
    var defaultRounds: Int { get }

    /// - Throws: why it could not be measured; a target that is missed is no error.
    func measure(rounds: Int, in workshop: Workshop) async throws -> Section
}

enum Benchmarks {
    static let all: [any Benchmark] = [
        TwentyCardsBenchmark(), FanOutBenchmark(), MemoryBenchmark(), CardsBenchmark(), VirtualClockBenchmark(),
        VirtualScaleBenchmark(),
        FlashModelBenchmark(),
    ]
}
