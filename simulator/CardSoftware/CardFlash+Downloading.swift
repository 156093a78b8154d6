import CardProtocol
import FlashModel
package import SoftwareImage

/// A download's start, its resumption, and its end.
extension CardFlash {
    /// The image that a download brings.
    package struct Image: Equatable, Sendable {
        package var digest: ImageDigest
        package var version: String
        package var imageBytes: Int
        /// Of the manifest: an older image has a lower one.
        package var securityNumber: UInt64

        package init(digest: ImageDigest, version: String, imageBytes: Int, securityNumber: UInt64) {
            self.digest = digest
            self.version = version
            self.imageBytes = imageBytes
            self.securityNumber = securityNumber
        }

        package init(_ statement: ManifestStatement) {
            self.init(
                digest: statement.digest, version: statement.version, imageBytes: Int(statement.imageBytes),
                securityNumber: statement.securityNumber)
        }
    }

    /// Prepares the instance that does not run: from now on it is not valid, whatever happens; nothing is erased before that is
    /// written down. An interrupted download of the same image goes on where it was.
    ///
    /// - Parameters:
    ///   - epoch: what the card's epoch was when the caller looked.
    ///   - offset: where the caller means to begin; 0 begins anew.
    /// - Returns: the progress to hand to `append`, and when the flash is done.
    package mutating func startDownload(
        _ image: Image, epoch: UInt64, offset: Int, at time: Duration
    ) throws(SwitchFailure) -> (progress: DownloadProgress, end: Duration) {
        try checkEpoch(epoch)
        guard boot.trial == nil && boot.active == boot.committed else {
            throw .refused(
                .unexpectedSwitchover,
                "instance \(boot.active) is on trial: commit it, or roll it back, before the next download")
        }
        if image.securityNumber < boot.antiRollback {
            throw .refused(
                .downgrade,
                "the image's number is \(image.securityNumber), and \(boot.antiRollback) was committed before")
        }
        guard image.imageBytes <= layout.instanceCapacityBytes else {
            throw .refused(
                .tooLarge, "the image has \(image.imageBytes) bytes, and an instance \(layout.instanceCapacityBytes)")
        }
        var progress: DownloadProgress
        let instance = defect == .overwritesRunning ? boot.active : 1 - boot.active
        var stored = BootRecord.StoredDownload(
            instance: instance, digest: image.digest, version: image.version, imageBytes: image.imageBytes,
            securityNumber: image.securityNumber)
        if offset > 0 {
            guard let interrupted, interrupted.isOf(digest: image.digest, imageBytes: image.imageBytes),
                offset <= interrupted.programmedBytes
            else {
                throw .refused(
                    .notFound, "offset \(offset) is beyond what is programmed of this image: say hello")
            }
            progress = interrupted
            stored.checkpoint = progress.checkpoint
        } else {
            progress = DownloadProgress(stored)
        }
        let isValidAtOnce = defect == .earlyValid
        let recorded = try storing { flash throws(FlashFailure) in
            try flash.store(at: time) { record in
                record.clear(instance)
                record.download = stored
                record.epoch += 1
                if isValidAtOnce { Self.validate(progress, in: &record) }
            }
        }
        interrupted = nil
        return (progress, recorded)
    }

    /// A download lost its connection: it may go on.
    package mutating func keep(_ progress: DownloadProgress) {
        interrupted = progress
    }

    /// Makes the instance valid when the digest of what is in flash is the one that was announced.
    ///
    /// - Returns: when the boot record says so.
    /// - Throws: `integrityFail`; the download is over then.
    package mutating func finishDownload(_ progress: DownloadProgress, at time: Duration) throws(SwitchFailure)
        -> Duration
    {
        guard progress.programmedBytes == progress.imageBytes else {
            throw .refused(
                .integrityFail, "\(progress.programmedBytes) of \(progress.imageBytes) bytes are programmed")
        }
        let digest = progress.hash.digest()
        guard digest == progress.digest else {
            _ = try storing { flash throws(FlashFailure) in try flash.store(at: time) { $0.download = nil } }
            throw .refused(.integrityFail, "SHA-256 in flash is \(digest), announced was \(progress.digest)")
        }
        return try storing { flash throws(FlashFailure) in
            try flash.store(at: time) { record in
                Self.validate(progress, in: &record)
                record.download = nil
            }
        }
    }

    private static func validate(_ progress: DownloadProgress, in record: inout BootRecord) {
        record.instances[progress.instance].isValid = true
        record.instances[progress.instance].version = progress.version
        record.instances[progress.instance].imageBytes = UInt64(progress.imageBytes)
        record.instances[progress.instance].digest = progress.digest
        record.securityNumbers[progress.instance] = progress.securityNumber
    }

    /// Forgets a download that was started, if there is one.
    ///
    /// - Returns: when the boot record says so.
    package mutating func abort(epoch: UInt64, at time: Duration) throws(SwitchFailure) -> Duration {
        try checkEpoch(epoch)
        interrupted = nil
        guard boot.download != nil else { return max(model.busyUntil, time) }
        return try storing { flash throws(FlashFailure) in
            try flash.store(at: time) { record in
                record.download = nil
                record.epoch += 1
            }
        }
    }

    /// After a restart: how much of a started download is in flash, by its checkpoints.
    mutating func findProgress(_ logged: [Checkpoint], at time: Duration) throws(FlashFailure) {
        guard let stored = boot.download else { return }
        var progress = DownloadProgress(stored)
        var proven = progress
        let blockBytes = layout.geometry.eraseSize
        do throws(FlashError) {
            let most = min(stored.imageBytes / blockBytes, layout.blocksPerInstance)
            for candidate in [stored.checkpoint] + logged
            where candidate.blocks > proven.checkpoint.blocks && candidate.blocks <= most {
                let start = progress.checkpoint.blocks * blockBytes
                try eachPart(
                    of: stored.instance, from: start, byteCount: candidate.blocks * blockBytes - start, at: time
                ) { part in
                    progress.hash.update(part)
                    progress.checksum.add(part)
                }
                progress.checkpoint = Checkpoint(blocks: candidate.blocks, checksum: progress.checksum)
                progress.checkpointHash = progress.hash
                if progress.checksum == candidate.checksum { proven = progress }
            }
        } catch {
            guard case .readFailed = error else { throw .refused(error) }
        }
        proven.stepBack(blockBytes: blockBytes)
        if defect == .resumeTooFar && proven.programmedBytes > 0 {
            proven.programmedBytes += layout.geometry.programSize
            proven.erasedBytes += blockBytes
        }
        boot.download?.checkpoint = proven.checkpoint
        interrupted = proven
    }

    package func checkEpoch(_ epoch: UInt64) throws(SwitchFailure) {
        guard epoch == boot.epoch else {
            throw .refused(
                .inProgress, "the card's epoch is \(boot.epoch), not \(epoch): somebody else has changed it; look again"
            )
        }
    }

    mutating func storing<Result>(
        _ body: (inout CardFlash) throws(FlashFailure) -> Result
    ) throws(SwitchFailure) -> Result {
        do { return try body(&self) } catch { throw .flash(error) }
    }
}
