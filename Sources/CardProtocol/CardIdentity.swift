/// Who a card is and what it holds: its answer to hello.
package struct CardIdentity: Equatable, Sendable {
    /// The position in the shelf, from 1.
    package var slot: UInt16
    /// What the card says it is, against which an image's card type is checked.
    package var hardwareType: String
    package var serialNumber: String
    /// What the program that answers says of itself: not what the boot record says that runs, but what does.
    package var softwareVersion: String
    /// Grows by one with every request that changed the card: a request names the epoch that it saw (section 4.2 of the
    /// document). At least 1.
    package var epoch: UInt64
    /// The anti-rollback counter: an image whose security number is below it is refused with DOWNGRADE.
    package var antiRollback: UInt64
    /// The largest section that the card takes, in bytes.
    package var maximumSectionBytes: UInt32
    /// The RAM window, in bytes: how much the card takes beyond what is programmed.
    package var windowBytes: UInt32
    /// How large an image an instance has room for, in bytes.
    package var instanceCapacityBytes: UInt64
    /// Instance 0 and instance 1.
    package var instances: [InstanceState]
    package var wear: FlashWear
    /// Why the last activation or boot failed, for a person; empty after a success.
    package var failure: String
    /// The image that runs is on trial; nil when it is committed.
    package var trial: Trial?
    /// How far an earlier download got that was not ended; nil when there is none.
    package var interrupted: InterruptedDownload?

    package init(
        slot: UInt16, hardwareType: String, serialNumber: String, softwareVersion: String, epoch: UInt64,
        antiRollback: UInt64, maximumSectionBytes: UInt32, windowBytes: UInt32, instanceCapacityBytes: UInt64,
        instances: [InstanceState], wear: FlashWear, failure: String, trial: Trial?, interrupted: InterruptedDownload?
    ) {
        precondition(instances.count == 2, "a card has two instances")
        self.slot = slot
        self.hardwareType = hardwareType
        self.serialNumber = serialNumber
        self.softwareVersion = softwareVersion
        self.epoch = epoch
        self.antiRollback = antiRollback
        self.maximumSectionBytes = maximumSectionBytes
        self.windowBytes = windowBytes
        self.instanceCapacityBytes = instanceCapacityBytes
        self.instances = instances
        self.wear = wear
        self.failure = failure
        self.trial = trial
        self.interrupted = interrupted
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(slot)
        writer.text(hardwareType)
        writer.text(serialNumber)
        writer.text(softwareVersion)
        writer.integer(epoch)
        writer.integer(antiRollback)
        writer.integer(maximumSectionBytes)
        writer.integer(windowBytes)
        writer.integer(instanceCapacityBytes)
        for instance in instances { instance.encode(to: &writer) }
        wear.encode(to: &writer)
        writer.text(failure)
        writer.flag(trial != nil)
        trial?.encode(to: &writer)
        writer.flag(interrupted != nil)
        interrupted?.encode(to: &writer)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        slot = try reader.integer()
        hardwareType = try reader.text()
        serialNumber = try reader.text()
        softwareVersion = try reader.text()
        epoch = try reader.epoch()
        antiRollback = try reader.integer()
        maximumSectionBytes = try reader.sectionBytes()
        windowBytes = try reader.integer()
        instanceCapacityBytes = try reader.byteCount()
        instances = [try InstanceState(from: &reader), try InstanceState(from: &reader)]
        wear = try FlashWear(from: &reader)
        failure = try reader.text()
        trial = try reader.flag() ? try Trial(from: &reader) : nil
        interrupted = try reader.flag() ? try InterruptedDownload(from: &reader) : nil
        guard slot > 0 else { throw .malformed("slot 0; slots are numbered from 1") }
        guard windowBytes > 0 else { throw .malformed("a window of no bytes") }
    }
}
