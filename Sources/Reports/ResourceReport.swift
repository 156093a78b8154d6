/// What the CE cost. All but the pool is zero on the virtual clock, where the CE is no process of its own.
package struct ResourceReport: Codable, Equatable, Sendable {
    /// The most memory that was resident at once: anonymous, and mapped files such as the program (VmHWM, proc(5)).
    package var maximumResidentBytes: Int
    /// The most anonymous memory seen, pool included (RssAnon, proc(5)), looked at ten times a second and at the end.
    package var maximumAnonymousBytes: Int
    /// User and system time of the process (getrusage(2)).
    package var cpuSeconds: Double
    /// What the kernel may hold for the CE at most, beside that: each card's send buffer.
    package var kernelSendBytesLimit: Int
    /// What the pools of all groups may hold together, and the most that they held at once.
    package var poolBudgetBytes = 0
    package var poolPeakBytes = 0

    package init(
        maximumResidentBytes: Int = 0, maximumAnonymousBytes: Int = 0, cpuSeconds: Double = 0,
        kernelSendBytesLimit: Int = 0
    ) {
        self.maximumResidentBytes = maximumResidentBytes
        self.maximumAnonymousBytes = maximumAnonymousBytes
        self.cpuSeconds = cpuSeconds
        self.kernelSendBytesLimit = kernelSendBytesLimit
    }

    enum CodingKeys: String, CodingKey {
        case maximumResidentBytes = "max_rss_bytes"
        case maximumAnonymousBytes = "max_anonymous_bytes"
        case cpuSeconds = "cpu_s"
        case kernelSendBytesLimit = "kernel_send_bytes_limit"
        case poolBudgetBytes = "pool_budget_bytes"
        case poolPeakBytes = "pool_peak_bytes"
    }
}
