/// What `ce status` and its sisters print of one card: what it said of itself, and what came of what it was asked for.
package struct CardStatus: Codable, Equatable, Sendable {
    package struct Instance: Codable, Equatable, Sendable {
        package var version: String
        package var imageBytes: UInt64
        package var sha256: String
        package var isValid: Bool
        package var isActive: Bool
        package var isCommitted: Bool

        package init(
            version: String, imageBytes: UInt64, sha256: String, isValid: Bool, isActive: Bool, isCommitted: Bool
        ) {
            self.version = version
            self.imageBytes = imageBytes
            self.sha256 = sha256
            self.isValid = isValid
            self.isActive = isActive
            self.isCommitted = isCommitted
        }

        enum CodingKeys: String, CodingKey {
            case version
            case imageBytes = "image_bytes"
            case sha256
            case isValid = "valid"
            case isActive = "active"
            case isCommitted = "committed"
        }
    }

    /// An image that runs without being committed.
    package struct Trial: Codable, Equatable, Sendable {
        package var secondsLeft: UInt32
        package var attemptsLeft: UInt8

        package init(secondsLeft: UInt32, attemptsLeft: UInt8) {
            self.secondsLeft = secondsLeft
            self.attemptsLeft = attemptsLeft
        }

        enum CodingKeys: String, CodingKey {
            case secondsLeft = "seconds_left"
            case attemptsLeft = "attempts_left"
        }
    }

    package struct Wear: Codable, Equatable, Sendable {
        package var maximumEraseCount: UInt32
        /// 0: the part has no limit.
        package var enduranceCycles: UInt32
        package var badBlocks: UInt16
        package var spareBlocksLeft: UInt16

        package init(maximumEraseCount: UInt32, enduranceCycles: UInt32, badBlocks: UInt16, spareBlocksLeft: UInt16) {
            self.maximumEraseCount = maximumEraseCount
            self.enduranceCycles = enduranceCycles
            self.badBlocks = badBlocks
            self.spareBlocksLeft = spareBlocksLeft
        }

        /// From here on a part is said to be worn, in percent of its endurance: there is time to order another card.
        package static let warningPercent = 80
        /// So few spare blocks are worth saying: a bad block costs one, and an erase counts for many.
        package static let fewSpareBlocks = 4

        /// What somebody should know, a phrase each.
        package var warnings: [String] {
            var warnings: [String] = []
            if enduranceCycles > 0 {
                let percent = UInt64(maximumEraseCount) * 100 / UInt64(enduranceCycles)
                if percent >= UInt64(Self.warningPercent) {
                    warnings.append(
                        "flash worn to \(percent) % (\(maximumEraseCount) of \(enduranceCycles) erases)")
                }
            }
            if badBlocks > 0 && spareBlocksLeft <= Self.fewSpareBlocks {
                warnings.append("\(ReportText.count(Int(spareBlocksLeft), "spare block")) left, \(badBlocks) bad")
            }
            return warnings
        }

        enum CodingKeys: String, CodingKey {
            case maximumEraseCount = "max_erase_count"
            case enduranceCycles = "endurance_cycles"
            case badBlocks = "bad_blocks"
            case spareBlocksLeft = "spare_blocks_left"
        }
    }

    /// What the card said of itself.
    package struct Identity: Codable, Equatable, Sendable {
        package var hardwareType: String
        package var serialNumber: String
        package var softwareVersion: String
        package var epoch: UInt64
        package var antiRollback: UInt64
        package var instances: [Instance]
        package var trial: Trial?
        package var wear: Wear
        /// Why the last activation or boot failed; empty after one that did not.
        package var failure: String
        /// How much of a download that was not ended is in flash, in bytes; nil when there is none.
        package var interruptedBytes: UInt64?

        package init(
            hardwareType: String, serialNumber: String, softwareVersion: String, epoch: UInt64, antiRollback: UInt64,
            instances: [Instance], trial: Trial?, wear: Wear, failure: String, interruptedBytes: UInt64?
        ) {
            self.hardwareType = hardwareType
            self.serialNumber = serialNumber
            self.softwareVersion = softwareVersion
            self.epoch = epoch
            self.antiRollback = antiRollback
            self.instances = instances
            self.trial = trial
            self.wear = wear
            self.failure = failure
            self.interruptedBytes = interruptedBytes
        }

        enum CodingKeys: String, CodingKey {
            case hardwareType = "type"
            case serialNumber = "serial_number"
            case softwareVersion = "software_version"
            case epoch
            case antiRollback = "anti_rollback"
            case instances, trial, wear, failure
            case interruptedBytes = "interrupted_bytes"
        }
    }

    package var slot: Int
    /// The card was reached, and did what it was asked for.
    package var isDone: Bool
    /// Why not; or what there is to say of a card that did.
    package var reason: String?
    /// nil when the card was not reached.
    package var identity: Identity?

    package init(slot: Int, isDone: Bool, reason: String?, identity: Identity?) {
        self.slot = slot
        self.isDone = isDone
        self.reason = reason
        self.identity = identity
    }

    enum CodingKeys: String, CodingKey {
        case slot
        case isDone = "done"
        case reason
        case identity
    }
}
