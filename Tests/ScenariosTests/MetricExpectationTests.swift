import Scenarios
import Testing

@Suite struct MetricExpectationTests {
    @Test(
        arguments: [
            ("efficiency >= 0.97", .efficiency, .atLeast, 0.97, "efficiency >= 0.97"),
            ("efficiency>=97%", .efficiency, .atLeast, 0.97, "efficiency >= 97%"),
            ("speedup  >  21", .speedup, .above, 21, "speedup > 21"),
            ("speedup_pipelined >= 19", .speedupPipelined, .atLeast, 19, "speedup_pipelined >= 19"),
            ("pool_peak <= 512KiB", .poolPeak, .atMost, 524_288, "pool_peak <= 512KiB"),
            ("server_sessions == 1", .serverSessions, .equal, 1, "server_sessions == 1"),
            ("server_bytes == 16777216", .serverBytes, .equal, 16_777_216, "server_bytes == 16777216"),
            ("elapsed <= 1500ms", .elapsed, .atMost, 1.5, "elapsed <= 1500ms"),
            ("ce_rss < 40MiB", .resident, .below, 41_943_040, "ce_rss < 40MiB"),
            ("ce_anonymous <= 8MiB", .anonymous, .atMost, 8_388_608, "ce_anonymous <= 8MiB"),
        ] as [(String, Metric, MetricExpectation.Comparison, Double, String)]) func anExpectationIsRead(
            text: String, metric: Metric, comparison: MetricExpectation.Comparison, limit: Double, description: String
        ) throws
    {
        let expectation = try MetricExpectation(parsing: text)
        #expect(expectation.metric == metric)
        #expect(expectation.comparison == comparison)
        #expect(expectation.limit == limit)
        #expect(expectation.description == description)
    }

    @Test(arguments: [
        (">=", [false, true, true]), ("<=", [true, true, false]), ("==", [false, true, false]),
        (">", [false, false, true]), ("<", [true, false, false]),
    ]) func aComparisonHoldsOrNot(comparison: String, holds: [Bool]) throws {
        let expectation = try MetricExpectation(parsing: "speedup \(comparison) 2")
        #expect([1.9, 2, 2.1].map { expectation.holds($0) } == holds)
    }

    @Test(arguments: [
        ("efficiency 0.97", "lacks a comparison behind 'efficiency'; expected one of >=, <=, ==, >, <"),
        ("efficiency != 1", "lacks a comparison behind 'efficiency'; expected one of >=, <=, ==, >, <"),
        ("efficiency >= nan", "has 'nan' for efficiency; expected a number such as 0.97, or a percentage such as 97%"),
        ("efficiency >= 1e3", "has '1e3' for efficiency; expected a number such as 0.97, or a percentage such as 97%"),
        ("server_sessions == 1.5", "has '1.5' for server_sessions; expected a count such as 1"),
        ("elapsed <= 20", "has '20' for elapsed; expected a duration such as 60s, 20ms, 200us or 2min"),
        ("pool_peak <= lots", "has 'lots' for pool_peak; expected a size such as 64KiB, 16MiB, 10MB or 512B"),
    ]) func whatIsNoExpectationIsRefused(text: String, message: String) {
        let refusal = #expect(throws: MetricExpectation.Refusal.self) { try MetricExpectation(parsing: text) }
        #expect(refusal?.message == message)
    }
}
