import CardProtocol
import CardSoftware
import FlashModel
import Runtime
import SharedBytes
import SoftwareImage

/// The life of a download: its start, its sections, its end.
extension LineCard {
    // MARK: Start

    /// Takes the card for this session, makes the other instance invalid, and says that sections may come.
    ///
    /// - Returns: why not, if not.
    func startDownload(_ start: StartDownload, _ sequence: UInt32, _ session: CardSession) async throws -> Refusal? {
        func refuse(_ code: RefusalCode, _ text: String) -> Refusal {
            Refusal(code: code, sequence: sequence, text: text)
        }
        let statement: ManifestStatement
        do throws(SwitchFailure) {
            statement = try settings.imagePolicy.admit(start.manifest)
        } catch {
            return try refusal(for: error, sequence)
        }
        if let (code, text) = objection(to: start, of: statement) { return refuse(code, text) }
        // A download that failed is over when the same CE starts the next one.
        if let stopped = session.download, stopped.isStopped { leave(session, keepingProgress: stopped.canGoOn) }
        // One whose connection has ended still programs what had arrived: soon it is over, too.
        while let other = downloader {
            guard other !== session && other.inputEnd != nil else {
                return refuse(.inProgress, "another download runs on this card")
            }
            try await downloaderLeft.wait { downloader !== other }
        }

        let geometry = flash.layout.geometry
        guard
            let window = DownloadWindow(
                windowBytes: settings.windowBytes, sectionBytes: Int(start.sectionBytes), readSize: geometry.readSize)
        else {
            return refuse(.noMemory, "no memory for a window of \(settings.windowBytes) bytes")
        }
        let progress: DownloadProgress
        let recorded: Duration
        do throws(SwitchFailure) {
            (progress, recorded) = try flash.startDownload(
                CardFlash.Image(statement), epoch: start.epoch, offset: Int(start.offset), at: loop.now.sinceStart)
        } catch {
            return try refusal(for: error, sequence)
        }
        let download = Download(progress, offset: Int(start.offset), window: window)
        session.download = download
        downloader = session
        try await waitForFlash(until: recorded, download, session)
        let started = DownloadStarted(
            instance: UInt8(progress.instance), offset: start.offset, windowBytes: UInt32(download.window.capacityBytes)
        )
        await send(.downloadStarted(started), session)
        return nil
    }

    /// What speaks against a download of an image that the card takes, before anything is looked up or changed.
    private func objection(to start: StartDownload, of image: ManifestStatement) -> (RefusalCode, String)? {
        let unitBytes = flash.layout.geometry.programSize
        let capacityBytes = flash.layout.instanceCapacityBytes
        if image.imageBytes > capacityBytes {
            return (.tooLarge, "the image has \(image.imageBytes) bytes, and an instance \(capacityBytes)")
        }
        if start.sectionBytes == 0 || start.sectionBytes > settings.maximumSectionBytes {
            return (
                .parseFail, "sections have \(start.sectionBytes) bytes; 1 to \(settings.maximumSectionBytes) will do"
            )
        }
        if Int(start.sectionBytes) % unitBytes != 0 {
            return (
                .parseFail, "sections of \(start.sectionBytes) bytes are no multiple of the flash's unit, \(unitBytes)"
            )
        }
        let isWhole = start.offset % UInt64(start.sectionBytes) == 0 || start.offset == image.imageBytes
        if start.offset > image.imageBytes || !isWhole {
            return (.parseFail, "offset \(start.offset) is no multiple of \(start.sectionBytes) within the image")
        }
        return nil
    }

    // MARK: Sections

    /// Programs the oldest section that has arrived, waits until the flash is done with it, and acknowledges it.
    ///
    /// The flash begins when the section arrived or when it is free, however late this task is woken: a busy host does not
    /// slow the emulated flash.
    func programNext(_ download: Download, _ session: CardSession) async throws(CancellationError) {
        let offset = download.acknowledgedBytes
        let length = download.sectionBytes(at: offset)
        let arrival = download.window.arrival(at: offset)
        do throws(SectionFailure) {
            let end = try program(download, offset: offset, length: length, at: arrival.time)
            do { try await waitForFlash(until: end, download, session) } catch { throw .cancelled }
        } catch {
            guard case .refused(let code, let text) = error else { throw CancellationError() }
            let refusal = Refusal(code: code, sequence: arrival.sequence, text: text)
            download.failure = refusal
            return await send(.refusal(refusal), session)
        }
        download.acknowledge(length)
        guard !download.isAborted else { return }
        await acknowledge(download, session)
    }

    private enum SectionFailure: Error {
        case refused(RefusalCode, String)
        /// The card stops, or its power has failed.
        case cancelled
    }

    private func sectionFailure(_ failure: FlashFailure) -> SectionFailure {
        notePowerLoss(failure) ? .cancelled : .refused(.flashFailed, failure.description)
    }

    /// - Returns: when the flash is done with the section.
    private func program(
        _ download: Download, offset: Int, length: Int, at time: Duration
    ) throws(SectionFailure) -> Duration {
        // What an earlier connection had programmed is compared, not programmed again.
        let known = max(0, min(length, download.progress.programmedBytes - offset))
        // The last unit of the image may be filled only in part; the slot has room for the rest of it.
        let padded = known + flash.layout.geometry.units(holding: length - known) * flash.layout.geometry.programSize
        let section = download.window.section(
            at: offset, byteCount: length, paddedTo: padded, with: flash.model.profile.erasedValue)
        var end = time
        if known > 0 {
            do throws(FlashFailure) {
                end = try flash.compare(
                    section[0..<known], instance: download.progress.instance, offset: offset, at: time,
                    scratch: download.window.scratch)
            } catch {
                guard case .readBackDiffers = error else { throw sectionFailure(error) }
                throw .refused(.integrityFail, "the bytes at offset \(offset) are not those that were sent before")
            }
        }
        guard known < length else { return end }
        do throws(FlashFailure) {
            return try flash.append(
                section[known..<padded], byteCount: length - known, to: &download.progress, at: time,
                scratch: download.window.scratch)
        } catch {
            throw sectionFailure(error)
        }
    }

    // MARK: End

    /// Compares the digest of what is in flash with the one that was announced, and makes the instance valid.
    func endDownload(_ end: EndDownload, _ sequence: UInt32, _ session: CardSession) async throws -> CardReply {
        guard let download = session.download else {
            throw ProtocolError.unexpected("the end of a download that was not started")
        }
        func refuse(_ code: RefusalCode, _ text: String) -> CardReply {
            .refusal(Refusal(code: code, sequence: sequence, text: text))
        }
        if let failure = download.failure {
            leave(session, keepingProgress: download.canGoOn)
            return refuse(failure.code, failure.text)
        }
        let progress = download.progress
        guard end.imageBytes == progress.imageBytes && download.acknowledgedBytes == progress.imageBytes else {
            leave(session, keepingProgress: true)
            return refuse(
                .integrityFail,
                "the image has \(progress.imageBytes) bytes; \(download.acknowledgedBytes) came, \(end.imageBytes) were sent"
            )
        }
        let recorded: Duration
        do throws(SwitchFailure) {
            recorded = try flash.finishDownload(progress, at: loop.now.sinceStart)
        } catch {
            leave(session, keepingProgress: false)
            return .refusal(try refusal(for: error, sequence))
        }
        try await waitForFlash(until: recorded)
        leave(session, keepingProgress: false)
        return .downloadResult(
            DownloadResult(
                instance: UInt8(progress.instance), imageBytes: UInt64(progress.imageBytes), digest: progress.digest,
                epoch: flash.boot.epoch))
    }
}
