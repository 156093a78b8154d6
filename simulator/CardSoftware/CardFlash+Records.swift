import CardProtocol
import FlashModel

/// Boot records: found, and written in turn.
extension CardFlash {
    static func newestBootRecord(in model: FlashModel) throws(FlashError) -> (record: BootRecord, block: Int)? {
        var newest: (record: BootRecord, block: Int)?
        for block in 0..<FlashLayout.metadataBlocks {
            guard case .record(let record, _) = try finding(inBlock: block, of: model) else { continue }
            if newest.map({ $0.record.sequence < record.sequence }) ?? true { newest = (record, block) }
        }
        return newest
    }

    static func recordCount(in model: FlashModel) throws(FlashError) -> Int {
        var count = 0
        for block in 0..<FlashLayout.metadataBlocks {
            if case .record = try finding(inBlock: block, of: model) { count += 1 }
        }
        return count
    }

    private static func finding(inBlock block: Int, of model: FlashModel) throws(FlashError) -> BootRecord.Finding {
        let bytes = try head(ofBlock: block, in: model)
        return bytes.withUnsafeBytes { BootRecord.find(in: $0) }
    }

    /// As much of a block as a boot record may take.
    private static func head(ofBlock block: Int, in model: FlashModel) throws(FlashError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BootRecord.maximumBytes)
        var span = bytes.mutableSpan
        try span.withUnsafeMutableBytes { (buffer) throws(FlashError) in
            try model.peek(address: block * model.geometry.eraseSize, into: buffer)
        }
        return bytes
    }

    /// Whether no card has ever got as far as a boot record: the first one goes into block 0, and only then are others erased.
    static func isUnused(_ model: FlashModel) throws(CardError) -> Bool {
        do throws(FlashError) {
            for block in 1..<FlashLayout.metadataBlocks where try model.wear(ofBlock: block) > 0 { return false }
            for block in 1..<FlashLayout.metadataBlocks {
                let blank = model.profile.erasedValue
                if try head(ofBlock: block, in: model).contains(where: { $0 != blank }) { return false }
            }
            return true
        } catch {
            throw .flash(.refused(error))
        }
    }

    static func missingRecord(in model: FlashModel) throws(CardError) -> CardError {
        for block in 0..<FlashLayout.metadataBlocks {
            do throws(FlashError) {
                if case .unknownVersion(let version) = try finding(inBlock: block, of: model) {
                    return .unknownVersion(Int(version))
                }
            } catch {
                throw .flash(.refused(error))
            }
        }
        return .noBootRecord
    }

    mutating func writeFactoryRecord(at time: Duration) throws(FlashFailure) {
        for instance in 0..<2 {
            for block in layout.blocks(ofInstance: instance) where model.isFactoryBad(block: block) {
                boot.badBlocks.note(bad: block)
            }
        }
        for spare in layout.spares where model.isFactoryBad(block: spare) { boot.badBlocks.note(bad: spare) }
        for block in boot.badBlocks.bad where !layout.spares.contains(block) {
            guard let spare = boot.badBlocks.freeSpare(among: layout.spares) else { throw .outOfSpares(block: block) }
            boot.badBlocks.replace(block, by: spare)
        }
        try store(at: time) { _ in }
    }

    /// Changes the boot record, and writes it to the next good metadata block. What was the record before stays whole.
    ///
    /// - Returns: when it is there.
    @discardableResult
    mutating func store(
        at time: Duration, _ change: (inout BootRecord) -> Void
    ) throws(FlashFailure) -> Duration {
        var record = boot
        change(&record)
        record.sequence = boot.sequence + 1
        var block = bootBlock
        for _ in 0..<FlashLayout.metadataBlocks {
            if defect != .oneBootRecord || boot.sequence == 0 { block = (block + 1) % FlashLayout.metadataBlocks }
            let isUsable =
                !record.badBlocks.isBad(block) && !model.isFactoryBad(block: block)
                && (block != bootBlock || defect == .oneBootRecord)
            guard isUsable else { continue }
            do throws(FlashFailure) {
                let end = try write(record.encode(), toMetadataBlock: block, at: time)
                boot = record
                bootBlock = block
                nextCheckpointUnit = layout.geometry.units(holding: record.encode().count)
                return end
            } catch {
                guard error.isOfBlock else { throw error }
                record.badBlocks.note(bad: block)
            }
        }
        throw .noMetadataBlock
    }

    private mutating func write(
        _ encoded: [UInt8], toMetadataBlock block: Int, at time: Duration
    ) throws(FlashFailure) -> Duration {
        let bytes = padded(encoded)
        do throws(FlashError) {
            // What the record relies on must be there before it.
            try model.barrier(at: time)
            try model.erase(block: block, at: time)
        } catch {
            throw .refused(error)
        }
        let end = try programAndCompare(bytes, address: block * layout.geometry.eraseSize, at: time)
        do { try model.barrier(at: time) } catch { throw .refused(error) }
        return end
    }

    /// Fills the last program unit.
    private func padded(_ bytes: [UInt8]) -> [UInt8] {
        let count = layout.geometry.units(holding: bytes.count) * layout.geometry.programSize
        return bytes + [UInt8](repeating: model.profile.erasedValue, count: count - bytes.count)
    }

    private mutating func programAndCompare(
        _ bytes: [UInt8], address: Int, at time: Duration
    ) throws(FlashFailure) -> Duration {
        var scratch = bytes
        var span = scratch.mutableSpan
        return try span.withUnsafeMutableBytes { (scratch) throws(FlashFailure) in
            try bytes.span.withUnsafeBytes { (bytes) throws(FlashFailure) in
                do throws(FlashError) { try model.program(address: address, bytes: bytes, at: time) } catch {
                    throw .refused(error)
                }
                return try readBack(bytes, address: address, at: time, scratch) { _ in }
            }
        }
    }

    // MARK: Checkpoints

    /// Notes how far the download has got, behind the boot record; in a new one where there is no room.
    mutating func log(_ checkpoint: Checkpoint, at time: Duration) throws(FlashFailure) {
        boot.download?.checkpoint = checkpoint
        let units = layout.geometry.units(holding: Checkpoint.byteCount)
        do { try model.barrier(at: time) } catch { throw .refused(error) }
        guard let unit = nextCheckpointUnit, unit + units <= layout.geometry.unitsPerBlock else {
            try store(at: time) { _ in }
            return
        }
        let address = bootBlock * layout.geometry.eraseSize + unit * layout.geometry.programSize
        do throws(FlashFailure) {
            _ = try programAndCompare(padded(checkpoint.encode()), address: address, at: time)
            nextCheckpointUnit = unit + units
        } catch {
            // The log ends where it cannot be read: the rest of the block is of no use.
            guard error.isOfBlock else { throw error }
            try store(at: time) { _ in }
        }
    }

    /// The checkpoints behind a record, up to the first place that holds none.
    static func checkpoints(
        behind record: BootRecord, block: Int, in model: FlashModel
    ) throws(FlashError) -> [Checkpoint] {
        let geometry = model.geometry
        let units = geometry.units(holding: Checkpoint.byteCount)
        var unit = geometry.units(holding: record.encode().count)
        var found: [Checkpoint] = []
        var bytes = [UInt8](repeating: 0, count: Checkpoint.byteCount)
        while unit + units <= geometry.unitsPerBlock {
            var span = bytes.mutableSpan
            try span.withUnsafeMutableBytes { (buffer) throws(FlashError) in
                try model.peek(address: block * geometry.eraseSize + unit * geometry.programSize, into: buffer)
            }
            guard let checkpoint = bytes.withUnsafeBytes({ Checkpoint(decoding: $0) }) else { break }
            found.append(checkpoint)
            unit += units
        }
        return found
    }
}

extension FlashFailure {
    /// Whether another block may do better.
    var isOfBlock: Bool {
        switch self {
        case .refused(.eraseFailed), .refused(.programFailed), .refused(.readFailed), .readBackDiffers: true
        // An erase that silently did nothing.
        case .refused(.notErased): true
        default: false
        }
    }
}
