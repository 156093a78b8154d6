/// What must come out for the scenario to pass.
package struct ScenarioExpectation: Equatable, Sendable {
    package enum Exit: String, CaseIterable, Sendable {
        case success, failure
    }

    /// How `ce` ends.
    package var exit: Exit
    /// All of which must hold.
    package var metrics: [MetricExpectation]
    /// The version that the program of every card must say of itself; nil: whichever.
    package var running: String?

    package init(exit: Exit, metrics: [MetricExpectation], running: String? = nil) {
        self.exit = exit
        self.metrics = metrics
        self.running = running
    }
}

/// A number of the run's report.
package enum Metric: String, CaseIterable, Sendable {
    case elapsed
    case efficiency
    /// The least of the groups' own.
    case groupEfficiency = "group_efficiency"
    case speedup
    case speedupPipelined = "speedup_pipelined"
    case poolPeak = "pool_peak"
    case serverSessions = "server_sessions"
    case serverBytes = "server_bytes"
    case resident = "ce_rss"
    case anonymous = "ce_anonymous"

    package enum Unit: Equatable, Sendable {
        case seconds, ratio, bytes, count
    }

    package var unit: Unit {
        switch self {
        case .elapsed: .seconds
        case .efficiency, .groupEfficiency, .speedup, .speedupPipelined: .ratio
        case .poolPeak, .serverBytes, .resident, .anonymous: .bytes
        case .serverSessions: .count
        }
    }
}
