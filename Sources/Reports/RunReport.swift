/// What a run of a scenario leaves as `report.json`: what the CE said, what the simulator counted and checked itself, the
/// lower bound, and both serial baselines.
package struct RunReport: Codable, Equatable, Sendable {
    package var scenario: String
    package var seed: UInt64
    package var mode: DownloadMode
    package var clock: RunClock
    /// Of the links between the CE and its cards; nil where it is not known.
    package var linkSecurity: LinkSecurity?
    /// Everything that the scenario expects was so.
    package var passed: Bool
    /// What was expected and not seen, a sentence each.
    package var failures: [String]
    package var elapsedSeconds: Double
    package var lowerBoundSeconds: Double
    /// The lower bound as a part of the time that was needed; 0 when nothing was downloaded.
    package var efficiency: Double
    /// The prior art's time for the same cards, and that of the stronger baseline.
    package var serialSeconds: Double?
    package var serialPipelinedSeconds: Double?
    /// Which clock the baselines were run on; `real` only where this very run was one of them.
    package var serialClock: RunClock?
    /// How many times faster than each baseline.
    package var speedup: Double?
    package var speedupPipelined: Double?
    package var groups: [GroupReport]
    package var cards: [CardReport]
    package var ce: ResourceReport
    package var simulator: SimulatorReport
    /// The hash over a run on the virtual clock: the same scenario, seed and code give the same one.
    package var traceHash: String?
    /// The command that repeats the run.
    package var command: String

    package init(
        scenario: String, seed: UInt64, clock: RunClock, lowerBoundSeconds: Double, download: DownloadReport,
        simulator: SimulatorReport, traceHash: String?, command: String
    ) {
        self.scenario = scenario
        self.seed = seed
        self.clock = clock
        self.lowerBoundSeconds = lowerBoundSeconds
        self.simulator = simulator
        self.traceHash = traceHash
        self.command = command
        mode = download.mode
        linkSecurity = download.linkSecurity
        elapsedSeconds = download.elapsedSeconds
        groups = download.groups
        cards = download.cards
        ce = download.ce
        passed = false
        failures = []
        efficiency = download.passed && elapsedSeconds > 0 ? lowerBoundSeconds / elapsedSeconds : 0
    }

    enum CodingKeys: String, CodingKey {
        case scenario, seed, mode, clock
        case linkSecurity = "link_security"
        case passed, failures
        case elapsedSeconds = "elapsed_s"
        case lowerBoundSeconds = "lower_bound_s"
        case efficiency
        case serialSeconds = "serial_s"
        case serialPipelinedSeconds = "serial_pipelined_s"
        case serialClock = "serial_clock"
        case speedup
        case speedupPipelined = "speedup_pipelined"
        case groups, cards, ce, simulator
        case traceHash = "trace_hash"
        case command
    }

    /// Adds the baselines' times.
    package mutating func compare(serialSeconds: Double, serialPipelinedSeconds: Double, clock: RunClock) {
        self.serialSeconds = serialSeconds
        self.serialPipelinedSeconds = serialPipelinedSeconds
        serialClock = clock
        guard elapsedSeconds > 0 else { return }
        speedup = serialSeconds / elapsedSeconds
        speedupPipelined = serialPipelinedSeconds / elapsedSeconds
    }
}

/// The clock of a run.
package enum RunClock: String, Codable, CaseIterable, Sendable {
    /// Real processes over TCP, in real time.
    case real
    /// Everything in one process, in virtual time, repeatable from the seed.
    case virtual
}

/// What the simulator's own processes cost.
package struct SimulatorReport: Codable, Equatable, Sendable {
    /// The proportional set size of all card processes together, right after the download (smaps_rollup, proc(5)).
    package var cardsPSSBytes: Int
    /// From the first card's start until the last one was registered.
    package var registrationSeconds: Double

    package init(cardsPSSBytes: Int = 0, registrationSeconds: Double = 0) {
        self.cardsPSSBytes = cardsPSSBytes
        self.registrationSeconds = registrationSeconds
    }

    enum CodingKeys: String, CodingKey {
        case cardsPSSBytes = "cards_pss_bytes"
        case registrationSeconds = "registration_s"
    }
}
