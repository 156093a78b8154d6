import CardProtocol
import FlashModel

/// What a metadata block holds: boot records, one behind the other, and behind each the checkpoints of its download. Only the newest
/// record counts, and the checkpoints behind it. What a loss of power has torn ends the log.
struct MetadataLog {
    private(set) var record: BootRecord.EncodedRecord?
    private(set) var checkpoints: [Checkpoint] = []
    /// The program unit behind the last entry; nil when what follows is not erased, so that the block must be erased first.
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
                    record = found
                    checkpoints = []
                    entryBytes = found.bytes.count
                case .unknownVersion(let version):
                    unknownVersion = version
                    return
                case .nothing:
                    let isErased = bytes.allSatisfy { $0 == model.profile.erasedValue }
                    end = isErased ? unit : nil
                    return
                }
            }
            unit += geometry.units(holding: entryBytes)
        }
        end = unit
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
