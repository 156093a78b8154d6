import CardProtocol
import SoftwareImage

/// In flash, big-endian: magic `BOOT` (4), version (2), length of the whole (2), and then the fields in the order in which they are
/// declared; texts and instances as on the card link; CRC32C of all that (4). `docs/card-flash.md` has the table.
extension BootRecord {
    private static let magic: UInt32 = 0x424F_4F54
    static let version: UInt16 = 2
    private static let headBytes = 8

    /// A record whose checksum is right, and which is not looked at any further: of many in a log only the newest counts.
    struct EncodedRecord: Sendable {
        let sequence: UInt64
        /// From the magic to the checksum.
        let bytes: [UInt8]

        /// nil when the fields contradict each other.
        func decode() -> BootRecord? {
            bytes.withUnsafeBytes { bytes in
                var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[headBytes..<(bytes.count - 4)]))
                do throws(ProtocolError) {
                    let record = try BootRecord(from: &reader)
                    try reader.expectEnd()
                    return record
                } catch {
                    return nil
                }
            }
        }
    }

    /// What is found where a record may stand.
    enum Finding {
        case record(EncodedRecord)
        /// A whole record that software of another version wrote.
        case unknownVersion(UInt16)
        case nothing
    }

    func encode() -> [UInt8] {
        var body = ByteWriter()
        body.integer(sequence)
        body.integer(epoch)
        for instance in instances { instance.encode(to: &body) }
        for number in securityNumbers { body.integer(number) }
        body.integer(antiRollback)
        body.flag(trial != nil)
        if let trial {
            body.integer(UInt8(trial.instance))
            body.integer(UInt8(trial.attemptsLeft))
            body.integer(UInt32(trial.seconds))
        }
        body.text(failure)
        body.flag(download != nil)
        if let download {
            body.integer(UInt8(download.instance))
            body.digest(download.digest)
            body.text(download.version)
            body.integer(UInt64(download.imageBytes))
            body.integer(download.securityNumber)
            body.integer(UInt32(download.checkpoint.blocks))
            body.integer(download.checkpoint.checksum.value)
        }
        badBlocks.encode(to: &body)
        var writer = ByteWriter()
        writer.integer(Self.magic)
        writer.integer(Self.version)
        writer.integer(UInt16(Self.headBytes + body.bytes.count + MemoryLayout<UInt32>.size))
        var bytes = writer.bytes + body.bytes
        let checksum = bytes.withUnsafeBytes { Checksum.of($0) }
        withUnsafeBytes(of: checksum.bigEndian) { bytes += $0 }
        precondition(bytes.count <= Self.maximumBytes, "a boot record of \(bytes.count) bytes")
        return bytes
    }

    /// The record at the beginning of `bytes`; nil where there is none whose checksum is right and whose fields agree.
    package static func record(in bytes: UnsafeRawBufferPointer) -> BootRecord? {
        guard case .record(let encoded) = find(in: bytes) else { return nil }
        return encoded.decode()
    }

    /// Looks for a record at the beginning of `bytes`.
    static func find(in bytes: UnsafeRawBufferPointer) -> Finding {
        var reader = ByteReader(bytes)
        do throws(ProtocolError) {
            guard try reader.integer(UInt32.self) == Self.magic else { return .nothing }
            let version = try reader.integer(UInt16.self)
            let length = Int(try reader.integer(UInt16.self))
            guard length > headBytes + 4 && length <= bytes.count else { return .nothing }
            let checked = UnsafeRawBufferPointer(rebasing: bytes[..<(length - 4)])
            var tail = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[(length - 4)..<length]))
            guard try tail.integer(UInt32.self) == Checksum.of(checked) else { return .nothing }
            guard version == Self.version else { return .unknownVersion(version) }
            let sequence = try reader.integer(UInt64.self)
            return .record(
                EncodedRecord(sequence: sequence, bytes: Array(UnsafeRawBufferPointer(rebasing: bytes[..<length]))))
        } catch {
            return .nothing
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(ProtocolError) {
        sequence = try reader.integer()
        epoch = try reader.integer()
        instances = [try InstanceState(from: &reader), try InstanceState(from: &reader)]
        securityNumbers = [try reader.integer(), try reader.integer()]
        antiRollback = try reader.integer()
        if try reader.flag() {
            trial = Trial(
                instance: Int(try reader.instance()), attemptsLeft: Int(try reader.integer(UInt8.self)),
                seconds: Int(try reader.integer(UInt32.self)))
        }
        failure = try reader.text()
        if try reader.flag() {
            download = StoredDownload(
                instance: Int(try reader.instance()), digest: try reader.digest(), version: try reader.text(),
                imageBytes: Int(try reader.byteCount()), securityNumber: try reader.integer(),
                checkpoint: Checkpoint(
                    blocks: Int(try reader.integer(UInt32.self)),
                    checksum: Checksum(continuing: try reader.integer(UInt32.self))))
        }
        badBlocks = try BadBlockTable(from: &reader)
        guard instances[0].isActive != instances[1].isActive, instances[0].isCommitted != instances[1].isCommitted
        else {
            throw .malformed("not exactly one instance is active, and one committed")
        }
    }
}
