import CardLink
import CardProtocol
import Runtime

/// A session's first task: reads frames, puts sections into the window, hands requests to the responder.
extension LineCard {
    func receive(_ bound: LoopBound<CardSession>) async -> SessionEnd {
        let session = bound.value
        let end = await receiveAll(bound, session)
        // Whoever breaks the protocol hears nothing more; what has arrived in order is programmed all the same.
        if case .failed = end { session.connection.close() }
        session.inputEnd = end
        session.gate.open()
        return end
    }

    private func receiveAll(_ bound: LoopBound<CardSession>, _ session: CardSession) async -> SessionEnd {
        do {
            let first = try await loop.withDeadline(Self.helloTimeout, "hello") { try await self.nextHeader(bound) }
            guard var header = first else { return .peerClosed }
            guard CardFrame(rawValue: header.type) == .hello else {
                throw LinkError.violation(.unexpected("a frame of type \(header.type) before hello"))
            }
            while true {
                try await take(header, session)
                guard let next = try await session.reader.header() else { return .peerClosed }
                header = next
            }
        } catch let error as LinkError {
            if let violation = session.violation { return .failed(.violation(violation)) }
            return error == .connection(.cancelled) ? .cancelled : .failed(error)
        } catch let error as DeadlinePassed {
            return .failed(.violation(.unexpected(error.description)))
        } catch {
            return .cancelled
        }
    }

    /// Has the responder give a sign of life while a section comes slowly.
    func watchArrivals(_ bound: LoopBound<CardSession>) async {
        let session = bound.value
        var seen = session.reader.receivedBytes
        while (try? await loop.sleep(for: Self.signPeriod)) != nil {
            defer { seen = session.reader.receivedBytes }
            guard session.reader.receivedBytes != seen, let download = session.download, !download.isStopped else {
                continue
            }
            session.owesSign = true
            session.gate.open()
        }
    }

    private func nextHeader(_ session: LoopBound<CardSession>) async throws(LinkError) -> FrameHeader? {
        try await session.value.reader.header()
    }

    private func take(_ header: FrameHeader, _ session: CardSession) async throws {
        guard let frame = CardFrame(rawValue: header.type) else {
            throw LinkError.violation(.unknownType(header.type))
        }
        if frame == .section { return try await takeSection(header, session) }
        let payload = try await session.reader.payload(of: header)
        let request: CardRequest
        do { request = try CardRequest(frame, payload: payload) } catch { throw LinkError.violation(error) }
        if case .abort = request { session.download?.isAborted = true }
        session.request = (request, header.sequence)
        session.gate.open()
        try await session.gate.wait { session.request == nil }
    }

    private func takeSection(_ header: FrameHeader, _ session: CardSession) async throws(LinkError) {
        guard let download = session.download else {
            throw .violation(.unexpected("a section where no download was started"))
        }
        let length: Int
        do { length = try download.expectSection(payloadBytes: header.payloadBytes) } catch { throw .violation(error) }
        let offsetField = download.window.offsetField
        let slot = download.window.slot(at: download.receivedBytes)
        let shared = try await session.reader.sharedPayload(
            of: header, into: offsetField, then: UnsafeMutableRawBufferPointer(rebasing: slot[..<length]))
        do throws(ProtocolError) {
            try download.noteSection(
                offset: UInt64(bigEndian: offsetField.loadUnaligned(as: UInt64.self)), length: length,
                DownloadWindow.Arrival(time: loop.now.sinceStart, sequence: header.sequence, shared: shared))
        } catch {
            throw .violation(error)
        }
        session.gate.open()
    }
}
