import CardProtocol
import FlashModel
package import SharedBytes
import SoftwareImage

/// Writing an instance from front to back, over bad blocks.
extension CardFlash {
    /// Programs the next bytes of a download: erases each block just before its first program, reads back, compares, and
    /// hashes what it has read. A block that fails is replaced by a spare.
    ///
    /// - Parameters:
    ///   - padded: the bytes, and behind them what fills the last program unit.
    ///   - byteCount: how many of them belong to the image.
    ///   - time: when the bytes have arrived.
    ///   - scratch: memory for reading back; whole read units.
    /// - Returns: when the flash is done with it.
    package mutating func append(
        _ padded: Stretch, byteCount: Int, to progress: inout DownloadProgress, at time: Duration,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) -> Duration {
        precondition(
            progress.instance != boot.active || defect == .overwritesRunning, "the running instance is never written")
        var end = max(model.busyUntil, time)
        var done = 0
        if defect == .earlyAcknowledgement { progress.programmedBytes += byteCount }
        while done < byteCount {
            let offset = progress.programmedBytes - (defect == .earlyAcknowledgement ? byteCount - done : 0)
            let room = bytesToBlockEnd(offset)
            let count = min(byteCount - done, room)
            let whole = min(padded.count - done, room)
            end = try write(
                padded[done..<done + whole], byteCount: count, offset: offset, of: &progress, at: time, scratch)
            done += count
        }
        // What counts as programmed must survive a loss of power.
        do { return max(end, try model.barrier(at: time)) } catch { throw .refused(error) }
    }

    /// Does the same with bytes that are lent for the call.
    package mutating func append(
        _ padded: UnsafeRawBufferPointer, byteCount: Int, to progress: inout DownloadProgress, at time: Duration,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) -> Duration {
        try append(Stretch(padded), byteCount: byteCount, to: &progress, at: time, scratch: scratch)
    }

    /// Programs bytes of one erase block.
    private mutating func write(
        _ padded: Stretch, byteCount: Int, offset: Int, of progress: inout DownloadProgress,
        at time: Duration, _ scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) -> Duration {
        let bytes = padded[0..<byteCount]
        var end = model.busyUntil
        while true {
            do throws(FlashFailure) {
                try eraseIfNew(offset, of: &progress, at: time)
                let address = address(ofInstance: progress.instance, offset: offset)
                do { try model.program(address: address, bytes: padded, at: time) } catch { throw .refused(error) }
                end = try readBack(bytes, address: address, at: time, scratch)
                break
            } catch {
                guard error.isOfBlock else { throw error }
                try replaceBlock(at: offset, of: &progress, at: time, scratch)
            }
        }
        // Hashed once it reads right: what was read back was found equal.
        progress.hash.update(bytes)
        progress.checksum.add(bytes)
        if defect != .earlyAcknowledgement { progress.programmedBytes += byteCount }
        let written = offset + byteCount
        if written % layout.geometry.eraseSize == 0 {
            progress.checkpoint = Checkpoint(blocks: written / layout.geometry.eraseSize, checksum: progress.checksum)
            progress.checkpointHash = progress.hash
            // The end of the image is told by its boot record.
            if written < progress.imageBytes { try log(progress.checkpoint, at: time) }
            end = model.busyUntil
        }
        return end
    }

    private mutating func eraseIfNew(
        _ offset: Int, of progress: inout DownloadProgress, at time: Duration
    ) throws(FlashFailure) {
        guard offset >= progress.erasedBytes else { return }
        let block = address(ofInstance: progress.instance, offset: offset) / layout.geometry.eraseSize
        do { try model.erase(block: block, at: time) } catch { throw .refused(error) }
        progress.erasedBytes = offset - offset % layout.geometry.eraseSize + layout.geometry.eraseSize
    }

    /// Puts a spare in the place of the block that an offset lies in, with what the block had held before the offset.
    ///
    /// - Throws: `outOfSpares`; `blockLost` when the old contents cannot be read: then the download has gone back.
    private mutating func replaceBlock(
        at offset: Int, of progress: inout DownloadProgress, at time: Duration, _ scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) {
        let blockBytes = layout.geometry.eraseSize
        let start = offset - offset % blockBytes
        let block = layout.block(start / blockBytes, ofInstance: progress.instance)
        let failed = boot.badBlocks.place(of: block)
        boot.badBlocks.note(bad: failed)
        let saved = try contents(ofBlockAt: start, upTo: offset, of: progress, at: time)
        while true {
            guard let spare = boot.badBlocks.freeSpare(among: layout.spares) else {
                throw .outOfSpares(block: failed)
            }
            do throws(FlashFailure) {
                do { try model.erase(block: spare, at: time) } catch { throw .refused(error) }
                if let saved, !saved.isEmpty {
                    try saved.span.withUnsafeBytes { (bytes) throws(FlashFailure) in
                        let address = spare * blockBytes
                        do throws(FlashError) { try model.program(address: address, bytes: bytes, at: time) } catch {
                            throw .refused(error)
                        }
                        _ = try readBack(Stretch(bytes), address: address, at: time, scratch)
                    }
                }
                boot.badBlocks.replace(block, by: spare)
                break
            } catch {
                guard error.isOfBlock else { throw error }
                boot.badBlocks.note(bad: spare)
            }
        }
        progress.erasedBytes = start + blockBytes
        if saved == nil { progress.stepBack(blockBytes: blockBytes) }
        try store(at: time) { _ in }
        if saved == nil { throw .blockLost(block: failed, offset: start) }
    }

    /// What the failing block holds of the image, if it still reads as it was written.
    ///
    /// - Returns: nil when it does not.
    private mutating func contents(
        ofBlockAt start: Int, upTo end: Int, of progress: DownloadProgress, at time: Duration
    ) throws(FlashFailure) -> [UInt8]? {
        guard end > start else { return [] }
        for _ in 0..<Self.reads {
            var bytes: [UInt8] = []
            var checksum = progress.checkpoint.checksum
            do throws(FlashError) {
                try eachPart(of: progress.instance, from: start, byteCount: end - start, at: time) { part in
                    bytes.append(contentsOf: part.bytes)
                    checksum.add(part)
                }
            } catch {
                guard case .readFailed = error else { throw .refused(error) }
                return nil
            }
            if checksum == progress.checksum { return bytes }
        }
        return nil
    }
}
