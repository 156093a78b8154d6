import CardProtocol
import FlashModel
import Glibc

/// What a metadata block holds: boot records, one behind the other, and behind each the checkpoints of its download. Only the newest
/// record counts, and the checkpoints behind it. What a loss of power has torn ends the log: of a torn erase, too, older entries may
/// be left behind erased units.
struct MetadataLog {
    private(set) var record: BootRecord.EncodedRecord?
    private(set) var checkpoints: [Checkpoint] = []
    /// The program unit behind the last entry; nil when not all that follows is erased, so that the block must be erased first.
    private(set) var end: Int?
    /// Of a whole record that software of another version wrote.
    private(set) var unknownVersion: UInt16?

    init(block: Int, of model: FlashModel) throws(FlashError) {
        let geometry = model.geometry
        var unit = 0
        while unit < geometry.unitsPerBlock {
            // Most entries are short: a glance tells which it is.
            let head = try Self.bytes(Checkpoint.byteCount, atUnit: unit, ofBlock: block, in: model)
            let entryBytes: Int
            if let checkpoint = head.withUnsafeBytes({ Checkpoint(decoding: $0) }) {
                checkpoints.append(checkpoint)
                entryBytes = Checkpoint.byteCount
            } else {
                let bytes = try Self.bytes(BootRecord.maximumBytes, atUnit: unit, ofBlock: block, in: model)
                switch bytes.withUnsafeBytes({ BootRecord.find(in: $0) }) {
                case .record(let found):
                    // An older one behind a newer one is a left-over.
                    if let record, found.sequence <= record.sequence { return }
                    record = found
                    checkpoints = []
                    entryBytes = found.bytes.count
                case .unknownVersion(let version):
                    unknownVersion = version
                    return
                case .nothing:
                    end = try Self.isErased(fromUnit: unit, ofBlock: block, in: model) ? unit : nil
                    return
                }
            }
            unit += geometry.units(holding: entryBytes)
        }
        end = unit
    }

    /// Whether everything up to the block's end is: a log that grew up to a left-over would let it count again.
    private static func isErased(
        fromUnit first: Int, ofBlock block: Int, in model: FlashModel
    ) throws(FlashError) -> Bool {
        let step = model.geometry.units(holding: BootRecord.maximumBytes)
        for unit in stride(from: first, to: model.geometry.unitsPerBlock, by: step) {
            let bytes = try bytes(step * model.geometry.programSize, atUnit: unit, ofBlock: block, in: model)
            let isErased = bytes.withUnsafeBytes { bytes in
                bytes[0] == model.profile.erasedValue
                    // Each byte is as the one before it.
                    && memcmp(bytes.baseAddress!, bytes.baseAddress! + 1, bytes.count - 1) == 0
            }
            guard isErased else { return false }
        }
        return true
    }

    /// So many bytes, or what is left of the block.
    private static func bytes(
        _ count: Int, atUnit unit: Int, ofBlock block: Int, in model: FlashModel
    ) throws(FlashError) -> [UInt8] {
        let geometry = model.geometry
        let offset = unit * geometry.programSize
        var bytes = [UInt8](repeating: 0, count: min(count, geometry.eraseSize - offset))
        var span = bytes.mutableSpan
        try span.withUnsafeMutableBytes { (buffer) throws(FlashError) in
            try model.peek(address: block * geometry.eraseSize + offset, into: buffer)
        }
        return bytes
    }
}
