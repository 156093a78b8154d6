import CardProtocol

/// What a card knows of its two instances when it starts. Kept in two copies that are written alternately, so that one
/// is whole at every instant; the valid one with the higher sequence number counts.
///
/// In flash, big-endian: magic `BOOT` (4), version (2), sequence number (8), both instances as on the card link, CRC32C of
/// all that (4).
struct BootRecord: Equatable, Sendable {
    private static let magic: UInt32 = 0x424F_4F54
    private static let version: UInt16 = 1
    /// Both version texts at their longest (255 bytes) need 612.
    static let maximumBytes = 1024

    var sequence: UInt64
    /// Instance 0 and instance 1.
    var instances: [InstanceState]

    /// The instance that runs.
    var active: Int { instances[1].isActive ? 1 : 0 }

    func encode() -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(Self.magic)
        writer.integer(Self.version)
        writer.integer(sequence)
        for instance in instances { instance.encode(to: &writer) }
        writer.integer(writer.bytes.withUnsafeBytes { Checksum.of($0) })
        return writer.bytes
    }

    /// nil when the bytes are not a whole record.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        do throws(ProtocolError) {
            guard try reader.integer(UInt32.self) == Self.magic, try reader.integer(UInt16.self) == Self.version else {
                return nil
            }
            sequence = try reader.integer()
            instances = [try InstanceState(from: &reader), try InstanceState(from: &reader)]
            let checksum = Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - reader.remaining)]))
            guard try reader.integer(UInt32.self) == checksum else { return nil }
        } catch {
            return nil
        }
        guard instances[0].isActive != instances[1].isActive else { return nil }
    }

    init(sequence: UInt64, instances: [InstanceState]) {
        self.sequence = sequence
        self.instances = instances
    }

    /// What a card leaves the factory with: instance 0 runs, and its software is not in the flash (size 0), so that it cannot
    /// be read; instance 1 is empty.
    static func factory(version: String) -> BootRecord {
        var running = InstanceState.empty
        running.isValid = true
        running.isActive = true
        running.isCommitted = true
        running.version = version
        return BootRecord(sequence: 1, instances: [running, .empty])
    }
}
