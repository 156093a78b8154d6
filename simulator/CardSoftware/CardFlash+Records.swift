import CardProtocol
import FlashModel
import SharedBytes

/// Boot records: found, and written in turn.
extension CardFlash {
    /// The newest record that makes sense, and the metadata block in which it stands.
    static func newestBootRecord(in logs: [MetadataLog]) -> (record: BootRecord, block: Int)? {
        let byAge = logs.indices.filter { logs[$0].record != nil }.sorted {
            logs[$0].record!.sequence > logs[$1].record!.sequence
        }
        for block in byAge {
            if let record = logs[block].record?.decode() { return (record, block) }
        }
        return nil
    }

    static func metadataLogs(of model: FlashModel) throws(FlashError) -> [MetadataLog] {
        var logs: [MetadataLog] = []
        for block in 0..<FlashLayout.metadataBlocks { logs.append(try MetadataLog(block: block, of: model)) }
        return logs
    }

    static func recordCount(in model: FlashModel) throws(FlashError) -> Int {
        try metadataLogs(of: model).count { $0.record != nil }
    }

    /// Whether no card has ever got as far as a boot record: the first one goes into block 0, and only then are others erased.
    static func isUnused(_ model: FlashModel) throws(CardError) -> Bool {
        do throws(FlashError) {
            for block in 1..<FlashLayout.metadataBlocks where try model.wear(ofBlock: block) > 0 { return false }
            return try metadataLogs(of: model).dropFirst().allSatisfy { $0.end == 0 }
        } catch {
            throw .flash(.refused(error))
        }
    }

    /// A record of another version may be newer than all that can be read: a card that passed over it would go back in time.
    static func checkVersions(of logs: [MetadataLog]) throws(CardError) {
        if let version = logs.lazy.compactMap(\.unknownVersion).first { throw .unknownVersion(Int(version)) }
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
                let end = try append(record.encode(), toMetadataBlock: block, at: time)
                boot = record
                bootBlock = block
                isLogOpen = true
                return end
            } catch {
                guard error.isOfBlock else { throw error }
                record.badBlocks.note(bad: block)
            }
        }
        throw .noMetadataBlock
    }

    /// Writes behind what the block holds; into the erased block where there is no room.
    private mutating func append(
        _ encoded: [UInt8], toMetadataBlock block: Int, at time: Duration
    ) throws(FlashFailure) -> Duration {
        let bytes = padded(encoded)
        let units = bytes.count / layout.geometry.programSize
        // What the record relies on must be there before it.
        try barrier(at: time)
        var end = metadataEnds[block]
        if end.map({ $0 + units > layout.geometry.unitsPerBlock }) ?? true {
            do { try model.erase(block: block, at: time) } catch { throw .refused(error) }
            end = 0
        }
        // Until it is proven to be there, nothing more goes behind it.
        metadataEnds[block] = nil
        let address = block * layout.geometry.eraseSize + end! * layout.geometry.programSize
        let done = try programAndCompare(bytes, address: address, at: time)
        try barrier(at: time)
        metadataEnds[block] = end! + units
        return done
    }

    private mutating func barrier(at time: Duration) throws(FlashFailure) {
        do { try model.barrier(at: time) } catch { throw .refused(error) }
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
                return try readBack(Stretch(bytes), address: address, at: time, scratch)
            }
        }
    }

    // MARK: Checkpoints

    /// Notes how far the download has got, behind the boot record; in a new one where there is no room.
    mutating func log(_ checkpoint: Checkpoint, at time: Duration) throws(FlashFailure) {
        boot.download?.checkpoint = checkpoint
        let units = layout.geometry.units(holding: Checkpoint.byteCount)
        guard isLogOpen, let end = metadataEnds[bootBlock], end + units <= layout.geometry.unitsPerBlock else {
            try store(at: time) { _ in }
            return
        }
        do throws(FlashFailure) {
            _ = try append(checkpoint.encode(), toMetadataBlock: bootBlock, at: time)
        } catch {
            // The log ends where it cannot be read.
            guard error.isOfBlock else { throw error }
            try store(at: time) { _ in }
        }
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
