package import SoftwareImage

/// Boots a valid instance on trial.
package struct Activate: Equatable, Sendable {
    /// 0 or 1; not the one that runs.
    package var instance: UInt8
    /// Of the image that the CE believes to be in it.
    package var digest: ImageDigest
    package var epoch: UInt64
    /// How long the card waits for a commit before it returns to the committed instance, in seconds; 0: as long as the card
    /// itself thinks right.
    package var trialSeconds: UInt32

    package init(instance: UInt8, digest: ImageDigest, epoch: UInt64, trialSeconds: UInt32) {
        self.instance = instance
        self.digest = digest
        self.epoch = epoch
        self.trialSeconds = trialSeconds
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(instance)
        writer.digest(digest)
        writer.integer(epoch)
        writer.integer(trialSeconds)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        instance = try reader.instance()
        digest = try reader.digest()
        epoch = try reader.epoch()
        trialSeconds = try reader.integer()
    }
}

/// Keeps the image that is on trial.
package struct Commit: Equatable, Sendable {
    package var epoch: UInt64

    package init(epoch: UInt64) {
        self.epoch = epoch
    }
}

/// Ends the trial: the card restarts with its committed instance.
package struct RollBack: Equatable, Sendable {
    package var epoch: UInt64

    package init(epoch: UInt64) {
        self.epoch = epoch
    }
}

/// The card has written which instance it boots, and restarts now: the connection ends after this.
package struct Restart: Equatable, Sendable {
    /// The card's epoch now, and when it answers again.
    package var epoch: UInt64
    /// How long the card expects to be away, in milliseconds: from this reply until it answers a hello.
    package var bootMilliseconds: UInt32

    package init(epoch: UInt64, bootMilliseconds: UInt32) {
        self.epoch = epoch
        self.bootMilliseconds = bootMilliseconds
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(epoch)
        writer.integer(bootMilliseconds)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        epoch = try reader.epoch()
        bootMilliseconds = try reader.integer()
    }
}

/// The image that was on trial is the one that runs after every restart.
package struct Committed: Equatable, Sendable {
    /// The card's epoch now.
    package var epoch: UInt64

    package init(epoch: UInt64) {
        self.epoch = epoch
    }
}
