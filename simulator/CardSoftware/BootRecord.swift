package import CardProtocol
package import SoftwareImage

/// All that a card must still know after a restart. Written whole into one of two places in turn, so that a whole one is there
/// at every instant; the valid one with the highest sequence number counts.
package struct BootRecord: Equatable, Sendable {
    /// The longest possible: four texts of 255 bytes, and a full table of bad blocks.
    static let maximumBytes = 2560

    /// Grows by one with every record.
    package var sequence: UInt64
    /// Grows by one with every accepted startDownload, activate, commit and rollBack, and every abort that gave something up: a
    /// request names the epoch that it saw, so that none is carried out twice, nor on top of somebody else's.
    package var epoch: UInt64 = 1
    /// Instance 0 and instance 1.
    package var instances: [InstanceState]
    /// The anti-rollback number of each instance's image.
    package var securityNumbers: [UInt64] = [0, 0]
    /// No image with a lower number is taken or activated: the highest that was ever committed.
    package var antiRollback: UInt64 = 0
    /// The instance that is to be tried, or is.
    package var trial: Trial?
    /// Why the last activation failed, or the last boot; kept until the next commit. At most 255 bytes of UTF-8.
    package var failure = ""
    /// The download that was started and not ended.
    package var download: StoredDownload?
    package var badBlocks = BadBlockTable()

    /// An instance that has to prove itself.
    package struct Trial: Equatable, Sendable {
        package var instance: Int
        /// How often it may still be booted without being committed.
        package var attemptsLeft: Int
        /// After each boot it has so long to be committed.
        package var seconds: Int
    }

    /// What is being downloaded, and up to where it surely is in flash.
    package struct StoredDownload: Equatable, Sendable {
        package var instance: Int
        package var digest: ImageDigest
        package var version: String
        package var imageBytes: Int
        package var securityNumber: UInt64
        var checkpoint = Checkpoint.beginning
    }

    package init(sequence: UInt64, instances: [InstanceState]) {
        self.sequence = sequence
        self.instances = instances
    }

    /// The instance that runs.
    package var active: Int { instances[1].isActive ? 1 : 0 }
    /// The instance that runs after a restart, unless another one is on trial.
    package var committed: Int { instances[1].isCommitted ? 1 : 0 }

    mutating func setActive(_ instance: Int) {
        for index in instances.indices { instances[index].isActive = index == instance }
    }

    mutating func setCommitted(_ instance: Int) {
        for index in instances.indices { instances[index].isCommitted = index == instance }
    }

    /// The instance holds nothing, or nothing that may be used.
    mutating func clear(_ instance: Int) {
        let (isActive, isCommitted) = (instances[instance].isActive, instances[instance].isCommitted)
        instances[instance] = .empty
        instances[instance].isActive = isActive
        instances[instance].isCommitted = isCommitted
        securityNumbers[instance] = 0
    }

    /// What a card leaves the factory with: instance 0 runs, and its software is not in the flash (size 0), so that it cannot
    /// be read; instance 1 is empty.
    static func factory(version: String) -> BootRecord {
        var running = InstanceState.empty
        running.isValid = true
        running.isActive = true
        running.isCommitted = true
        running.version = version
        return BootRecord(sequence: 0, instances: [running, .empty])
    }
}
