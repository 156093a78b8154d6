/// One group's part of a report.
package struct GroupReport: Codable, Equatable, Sendable {
    package var name: String
    /// The image's.
    package var version = ""
    package var imageBytes: UInt64
    /// Transfers of the image that were begun at the server (RETR).
    package var serverSessions: Int
    /// The image's bytes that left the server, in all.
    package var serverBytes: UInt64
    /// Who counted them: `server`, or `ce` where the server is not ours to ask.
    package var serverCountedBy: String
    /// Why the image did not come from the server, if it did not.
    package var serverFailure: String?
    package var poolBudgetBytes: Int
    package var poolPeakBytes: Int
    package var blockBytes: Int
    /// The fewest and the most blocks that the pool was allowed during the run.
    package var depthMinimum: Int
    package var depthMaximum: Int
    /// When its download began, from the start of all: 0, but in the serial ways, which take group after group.
    package var startedSeconds = 0.0
    /// Of its download, from there on.
    package var elapsedSeconds = 0.0
    /// Of what followed its download, by the plan.
    package var rolloutSeconds = 0.0
    /// The least time that its download could take by itself, whatever the engine does; only the simulator knows it.
    package var lowerBoundSeconds: Double?
    /// That bound as a part of the elapsed time; nil where a card has not got the image.
    package var efficiency: Double?
    /// What was not protected on purpose, a word each; empty: nothing. `unsigned`: nobody has signed the image's manifest.
    package var insecure: [String] = []

    package static let unsigned = "unsigned"

    package init(
        name: String, imageBytes: UInt64, serverSessions: Int, serverBytes: UInt64, serverCountedBy: String,
        serverFailure: String?, poolBudgetBytes: Int, poolPeakBytes: Int, blockBytes: Int, depthMinimum: Int,
        depthMaximum: Int
    ) {
        self.name = name
        self.imageBytes = imageBytes
        self.serverSessions = serverSessions
        self.serverBytes = serverBytes
        self.serverCountedBy = serverCountedBy
        self.serverFailure = serverFailure
        self.poolBudgetBytes = poolBudgetBytes
        self.poolPeakBytes = poolPeakBytes
        self.blockBytes = blockBytes
        self.depthMinimum = depthMinimum
        self.depthMaximum = depthMaximum
    }

    enum CodingKeys: String, CodingKey {
        case name, version
        case imageBytes = "image_bytes"
        case serverSessions = "server_sessions"
        case serverBytes = "server_bytes"
        case serverCountedBy = "server_counted_by"
        case serverFailure = "server_failure"
        case poolBudgetBytes = "pool_budget_bytes"
        case poolPeakBytes = "pool_peak_bytes"
        case blockBytes = "block_bytes"
        case depthMinimum = "depth_min"
        case depthMaximum = "depth_max"
        case startedSeconds = "started_s"
        case elapsedSeconds = "elapsed_s"
        case rolloutSeconds = "rollout_s"
        case lowerBoundSeconds = "lower_bound_s"
        case efficiency, insecure
    }
}
