package import SoftwareImage

/// Who a card is and what it holds: its answer to hello.
package struct CardIdentity: Equatable, Sendable {
    /// The position in the shelf, from 1.
    package var slot: UInt16
    /// What the card says it is, against which an image's card type is checked.
    package var hardwareType: String
    package var serialNumber: String
    /// The largest section that the card takes, in bytes.
    package var maximumSectionBytes: UInt32
    /// The RAM window, in bytes: how much the card takes beyond what is programmed.
    package var windowBytes: UInt32
    /// How large an image an instance has room for, in bytes.
    package var instanceCapacityBytes: UInt64
    /// Instance 0 and instance 1.
    package var instances: [InstanceState]
    /// How far an earlier download got that was not ended; nil when there is none.
    package var interrupted: InterruptedDownload?

    package init(
        slot: UInt16, hardwareType: String, serialNumber: String, maximumSectionBytes: UInt32, windowBytes: UInt32,
        instanceCapacityBytes: UInt64, instances: [InstanceState], interrupted: InterruptedDownload?
    ) {
        precondition(instances.count == 2, "a card has two instances")
        self.slot = slot
        self.hardwareType = hardwareType
        self.serialNumber = serialNumber
        self.maximumSectionBytes = maximumSectionBytes
        self.windowBytes = windowBytes
        self.instanceCapacityBytes = instanceCapacityBytes
        self.instances = instances
        self.interrupted = interrupted
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(slot)
        writer.text(hardwareType)
        writer.text(serialNumber)
        writer.integer(maximumSectionBytes)
        writer.integer(windowBytes)
        writer.integer(instanceCapacityBytes)
        for instance in instances { instance.encode(to: &writer) }
        writer.flag(interrupted != nil)
        interrupted?.encode(to: &writer)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        slot = try reader.integer()
        hardwareType = try reader.text()
        serialNumber = try reader.text()
        maximumSectionBytes = try reader.sectionBytes()
        windowBytes = try reader.integer()
        instanceCapacityBytes = try reader.byteCount()
        instances = [try InstanceState(from: &reader), try InstanceState(from: &reader)]
        interrupted = try reader.flag() ? try InterruptedDownload(from: &reader) : nil
        guard slot > 0 else { throw .malformed("slot 0; slots are numbered from 1") }
        guard windowBytes > 0 else { throw .malformed("a window of no bytes") }
    }
}

/// One of a card's two places for an image, with the words of ITU-T G.988, clause 9.1.4 (software image).
package struct InstanceState: Equatable, Sendable {
    /// It holds a complete image whose digest was verified.
    package var isValid: Bool
    /// It runs.
    package var isActive: Bool
    /// It will run after a restart.
    package var isCommitted: Bool
    /// Empty when nothing was ever downloaded.
    package var version: String
    package var imageBytes: UInt64
    package var digest: ImageDigest

    package init(
        isValid: Bool, isActive: Bool, isCommitted: Bool, version: String, imageBytes: UInt64, digest: ImageDigest
    ) {
        self.isValid = isValid
        self.isActive = isActive
        self.isCommitted = isCommitted
        self.version = version
        self.imageBytes = imageBytes
        self.digest = digest
    }

    private static let validBit: UInt8 = 1
    private static let activeBit: UInt8 = 2
    private static let committedBit: UInt8 = 4

    package func encode(to writer: inout ByteWriter) {
        writer.integer(
            (isValid ? Self.validBit : 0) | (isActive ? Self.activeBit : 0) | (isCommitted ? Self.committedBit : 0))
        writer.text(version)
        writer.integer(imageBytes)
        writer.digest(digest)
    }

    package init(from reader: inout ByteReader) throws(ProtocolError) {
        let flags = try reader.integer(UInt8.self)
        guard flags < 8 else { throw .malformed("instance flags 0x\(String(flags, radix: 16)) are not known") }
        isValid = flags & Self.validBit != 0
        isActive = flags & Self.activeBit != 0
        isCommitted = flags & Self.committedBit != 0
        version = try reader.text()
        imageBytes = try reader.byteCount()
        digest = try reader.digest()
    }
}

/// A download that was begun and not ended: of which image, and how much of it is verifiably programmed.
package struct InterruptedDownload: Equatable, Sendable {
    package var digest: ImageDigest
    package var imageBytes: UInt64
    package var programmedBytes: UInt64

    package init(digest: ImageDigest, imageBytes: UInt64, programmedBytes: UInt64) {
        self.digest = digest
        self.imageBytes = imageBytes
        self.programmedBytes = programmedBytes
    }

    func encode(to writer: inout ByteWriter) {
        writer.digest(digest)
        writer.integer(imageBytes)
        writer.integer(programmedBytes)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        digest = try reader.digest()
        imageBytes = try reader.byteCount()
        programmedBytes = try reader.byteCount()
        guard programmedBytes <= imageBytes else {
            throw .malformed("\(programmedBytes) bytes are programmed of an image of \(imageBytes)")
        }
    }
}
