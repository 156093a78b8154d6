/// What a CE is doing now.
package struct ControlStatus: Codable, Equatable, Sendable {
    package struct Memory: Codable, Equatable, Sendable {
        package var budgetBytes: Int
        /// That all pools hold together.
        package var heldBytes: Int
        package var peakBytes: Int

        package init(budgetBytes: Int, heldBytes: Int, peakBytes: Int) {
            self.budgetBytes = budgetBytes
            self.heldBytes = heldBytes
            self.peakBytes = peakBytes
        }

        enum CodingKeys: String, CodingKey {
            case budgetBytes = "budget_bytes"
            case heldBytes = "held_bytes"
            case peakBytes = "peak_bytes"
        }
    }

    package struct Group: Codable, Equatable, Sendable {
        package var name: String
        package var version: String
        package var imageBytes: UInt64
        /// `waiting`, `fetching`, `verified` or `failed`.
        package var source: String
        /// Why the image does not come, or when it last broke off.
        package var reason: String?
        package var fetchedBytes: UInt64
        /// What its pool holds, and may hold.
        package var poolBytes: Int
        package var poolAllowedBytes: Int

        package init(
            name: String, version: String, imageBytes: UInt64, source: String, reason: String?, fetchedBytes: UInt64,
            poolBytes: Int, poolAllowedBytes: Int
        ) {
            self.name = name
            self.version = version
            self.imageBytes = imageBytes
            self.source = source
            self.reason = reason
            self.fetchedBytes = fetchedBytes
            self.poolBytes = poolBytes
            self.poolAllowedBytes = poolAllowedBytes
        }

        enum CodingKeys: String, CodingKey {
            case name, version
            case imageBytes = "image_bytes"
            case source, reason
            case fetchedBytes = "fetched_bytes"
            case poolBytes = "pool_bytes"
            case poolAllowedBytes = "pool_allowed_bytes"
        }
    }

    package struct Card: Codable, Equatable, Sendable {
        package var slot: Int
        package var group: String
        /// What it is doing: `receiving`, `verifying` and the like; or its outcome.
        package var phase: String
        /// Of the image, in its flash.
        package var programmedBytes: UInt64
        package var reason: String?

        package init(slot: Int, group: String, phase: String, programmedBytes: UInt64, reason: String?) {
            self.slot = slot
            self.group = group
            self.phase = phase
            self.programmedBytes = programmedBytes
            self.reason = reason
        }

        enum CodingKeys: String, CodingKey {
            case slot, group, phase
            case programmedBytes = "programmed_bytes"
            case reason
        }
    }

    /// Of the CE.
    package var version: String
    package var process: Int
    package var mode: String
    package var elapsedSeconds: Double
    package var memory: Memory
    /// How late the loop's heartbeat comes: 99 of 100 beats, and the latest.
    package var heartbeatP99Seconds: Double
    package var heartbeatMaximumSeconds: Double
    package var groups: [Group]
    /// By slot.
    package var cards: [Card]

    package init(
        version: String, process: Int, mode: String, elapsedSeconds: Double, memory: Memory,
        heartbeatP99Seconds: Double, heartbeatMaximumSeconds: Double, groups: [Group], cards: [Card]
    ) {
        self.version = version
        self.process = process
        self.mode = mode
        self.elapsedSeconds = elapsedSeconds
        self.memory = memory
        self.heartbeatP99Seconds = heartbeatP99Seconds
        self.heartbeatMaximumSeconds = heartbeatMaximumSeconds
        self.groups = groups
        self.cards = cards
    }

    enum CodingKeys: String, CodingKey {
        case version, process, mode
        case elapsedSeconds = "elapsed_s"
        case memory
        case heartbeatP99Seconds = "heartbeat_p99_s"
        case heartbeatMaximumSeconds = "heartbeat_max_s"
        case groups, cards
    }
}
