import CardLink
import CardProtocol
import CardSoftware
import Faults
import FlashModel
import Runtime

/// A session's second task: programs what has arrived, acts on requests, and writes all replies.
extension LineCard {
    /// Runs until the receiver has ended and all that has arrived is in flash.
    func respond(_ bound: LoopBound<CardSession>) async {
        let session = bound.value
        defer { end(session) }
        do {
            while true {
                // Sections first: a request that came after them waits for them.
                if let refusal = session.download?.takeEviction() {
                    await send(.refusal(refusal), session)
                } else if session.owesSign {
                    session.owesSign = false
                    if let download = session.download, !download.isStopped { await acknowledge(download, session) }
                } else if let download = session.download, download.hasWork {
                    try await programNext(download, session)
                } else if let (request, sequence) = session.request {
                    try await answer(request, sequence, session)
                    session.request = nil
                    session.gate.open()
                } else if session.inputEnd != nil {
                    return
                } else {
                    try await session.gate.wait {
                        session.download?.hasWork == true || session.download?.isEvicted == true
                            || session.request != nil || session.inputEnd != nil || session.owesSign
                    }
                }
            }
        } catch let error as ProtocolError {
            session.violation = error
        } catch {
            // The card stops: what the flash has begun is in it.
        }
        session.request = nil
    }

    private func end(_ session: CardSession) {
        session.connection.close()
        leave(session, keepingProgress: session.download?.canGoOn == true)
        session.gate.open()
    }

    /// The session no longer downloads.
    func leave(_ session: CardSession, keepingProgress: Bool) {
        guard let download = session.download else { return }
        session.download = nil
        guard downloader === session else { return }
        if keepingProgress { flash.keep(download.progress) }
        downloader = nil
        downloaderLeft.open()
    }

    private func answer(_ request: CardRequest, _ sequence: UInt32, _ session: CardSession) async throws {
        switch request {
        case .hello(let hello):
            session.engine = hello.engine
            await send(.identity(identity), session)
        case .startDownload(let start):
            if let refusal = try await startDownload(start, sequence, session) {
                await send(.refusal(refusal), session)
            }
        case .endDownload(let end): await send(try await endDownload(end, sequence, session), session)
        case .abort(let abort): await send(try await self.abort(abort, sequence, session), session)
        case .readImage(let read):
            if let refusal = try await sendImage(read, sequence, session) { await send(.refusal(refusal), session) }
        case .activate(let activate): try await self.activate(activate, sequence, session)
        case .commit(let commit): await send(try await self.commit(commit, sequence), session)
        case .rollBack(let rollBack): try await self.rollBack(rollBack, sequence, session)
        }
    }

    /// Writes a reply. A broken connection is the receiver's to report.
    func send(_ reply: CardReply, _ session: CardSession) async {
        if cues != nil { await delay(reply) }
        guard !session.isDeaf, cues?.misbehaviour.isSilent != true else { return }
        if losesReply(reply) {
            session.isDeaf = true
            return session.connection.reset()
        }
        do {
            try await session.writer.write(type: reply.frame.rawValue, payload: reply.encodePayload())
        } catch {
            session.isDeaf = true
        }
    }

    /// Says what is in flash; also as a sign of life, when that is nothing new.
    func acknowledge(_ download: Download, _ session: CardSession) async {
        await send(
            .acknowledgement(
                Acknowledgement(
                    programmedBytes: UInt64(download.acknowledgedBytes),
                    windowBytes: UInt32(download.window.capacityBytes))), session)
    }

    /// Waits until the flash is done with a part of a download, and gives a sign of life now and then.
    func waitForFlash(
        until end: Duration, _ download: Download, _ session: CardSession
    ) async throws(CancellationError) {
        let end = Instant(sinceStart: slowed(end))
        while true {
            let next = min(end, loop.now.advanced(by: Self.signPeriod))
            try await loop.sleep(until: next)
            guard next < end else { return }
            if !download.isStopped { await acknowledge(download, session) }
        }
    }

    /// Waits until the flash is done with something.
    func waitForFlash(until end: Duration) async throws(CancellationError) {
        try await loop.sleep(until: Instant(sinceStart: slowed(end)))
    }

    /// Up to where an instance can be read: a valid one up to its image's end, the one that is being written as far as it is
    /// programmed, so that a card that is behind can catch up.
    private func readableBytes(of instance: Int) -> UInt64 {
        let state = flash.boot.instances[instance]
        if state.isValid { return state.imageBytes }
        guard let progress = downloader?.download?.progress, progress.instance == instance else { return 0 }
        return UInt64(progress.programmedBytes)
    }

    /// Sends a part of an instance's image in one frame.
    ///
    /// - Returns: why not, if not.
    private func sendImage(_ read: ReadImage, _ sequence: UInt32, _ session: CardSession) async throws -> Refusal? {
        let instance = Int(read.instance)
        let end = readableBytes(of: instance)
        guard read.offset < end else {
            return Refusal(
                code: .notFound, sequence: sequence,
                text: end > 0
                    ? "instance \(instance) can be read up to byte \(end), not from \(read.offset) on"
                    : "instance \(instance) holds no valid image")
        }
        observe(.phase(.read))
        let byteCount = Int(min(UInt64(read.bytes), end - read.offset))
        guard let memory = MappedMemory(byteCount: byteCount) else {
            return Refusal(
                code: .noMemory, sequence: sequence, text: "no memory to read \(byteCount) bytes of an image")
        }
        do {
            try await waitForFlash(
                until: try flash.readBetween(
                    instance: instance, offset: Int(read.offset), into: memory.bytes, at: loop.now.sinceStart))
        } catch let error as FlashError {
            if notePowerLoss(.refused(error)) { throw CancellationError() }
            return Refusal(code: .flashFailed, sequence: sequence, text: error.description)
        }
        let bytes = UnsafeRawBufferPointer(memory.bytes)
        guard !session.isDeaf else { return nil }
        do throws(LinkError) {
            try await session.writer.writeSection(
                type: CardFrame.imageData.rawValue, offset: read.offset, bytes: bytes,
                checksum: FrameWriter.sectionChecksum(offset: read.offset, bytes: bytes))
        } catch {
            session.isDeaf = true
        }
        return nil
    }
}
