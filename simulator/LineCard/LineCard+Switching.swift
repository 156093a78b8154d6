import CardLink
import CardProtocol
import CardSoftware
import Faults
import FlashModel
import Runtime

/// Which instance runs, as the CE asks for it: activate, commit, roll back; and giving up what somebody else began.
extension LineCard {
    /// How long a card that restarts leaves its last answer to the network, in addition to the link's latency.
    private static let farewell = Duration.milliseconds(20)

    func activate(_ request: Activate, _ sequence: UInt32, _ session: CardSession) async throws {
        observe(.phase(.activate))
        let instance = Int(request.instance)
        let recorded: Duration
        do throws(SwitchFailure) {
            try checkNoDownload(epoch: request.epoch)
            let state = flash.boot.instances[instance]
            if request.epoch == flash.boot.epoch && state.isValid && state.digest != request.digest {
                throw .refused(.notFound, "instance \(instance) holds an image with SHA-256 \(state.digest)")
            }
            recorded = try flash.activate(
                instance, epoch: request.epoch,
                trialSeconds: request.trialSeconds == 0 ? nil : Int(request.trialSeconds),
                at: loop.now.sinceStart)
        } catch {
            return await send(.refusal(try refusal(for: error, sequence)), session)
        }
        try await restart(at: recorded, instance: instance, session) { .activating($0) }
    }

    func rollBack(_ request: RollBack, _ sequence: UInt32, _ session: CardSession) async throws {
        let recorded: Duration
        do throws(SwitchFailure) {
            try checkNoDownload(epoch: request.epoch)
            recorded = try flash.rollBack(
                epoch: request.epoch, reason: "rolled back by \(session.engine)", at: loop.now.sinceStart)
        } catch {
            return await send(.refusal(try refusal(for: error, sequence)), session)
        }
        try await restart(at: recorded, instance: flash.boot.committed, session) { .rollingBack($0) }
    }

    func commit(_ request: Commit, _ sequence: UInt32) async throws -> CardReply {
        observe(.phase(.commit))
        let recorded: Duration
        do throws(SwitchFailure) {
            try checkNoDownload(epoch: request.epoch)
            recorded = try flash.commit(epoch: request.epoch, at: loop.now.sinceStart)
        } catch {
            return .refusal(try refusal(for: error, sequence))
        }
        try await waitForFlash(until: recorded)
        return .committed(Committed(epoch: flash.boot.epoch))
    }

    /// Answers when the boot record says so, and lets the card restart.
    private func restart(
        at recorded: Duration, instance: Int, _ session: CardSession, _ reply: (Restart) -> CardReply
    ) async throws(CancellationError) {
        try await waitForFlash(until: recorded)
        let verification = flash.model.profile.readTime(bytes: Int(flash.boot.instances[instance].imageBytes))
        let absence = Self.farewell + settings.linkLatency + settings.bootTime + verification
        let milliseconds = UInt32(min(absence / .milliseconds(1), Double(UInt32.max)).rounded(.up))
        await send(reply(Restart(epoch: flash.boot.epoch, bootMilliseconds: milliseconds)), session)
        try await loop.sleep(for: Self.farewell + settings.linkLatency)
        end(.restart)
    }

    /// Somebody's download must not be cut by a restart. With a stale epoch that is what to say.
    private func checkNoDownload(epoch: UInt64) throws(SwitchFailure) {
        guard epoch == flash.boot.epoch, let downloader else { return }
        throw .refused(.inProgress, "\(downloader.engine) downloads to this card")
    }

    // MARK: Abort

    /// Ends this connection's download (epoch 0), or whatever was begun.
    func abort(_ request: Abort, _ sequence: UInt32, _ session: CardSession) async throws -> CardReply {
        if request.epoch == 0 {
            leave(session, keepingProgress: true)
            return .aborted(Aborted(epoch: flash.boot.epoch))
        }
        // After a refusal the connection may still have the download's remains.
        if session.download?.isStopped == true { leave(session, keepingProgress: false) }
        guard session.download == nil else {
            throw ProtocolError.unexpected("an abort with an epoch on the connection that downloads")
        }
        let recorded: Duration
        do throws(SwitchFailure) {
            try flash.checkEpoch(request.epoch)
            if let other = downloader { evict(other, by: session) }
            recorded = try flash.abort(epoch: request.epoch, at: loop.now.sinceStart)
        } catch {
            return .refusal(try refusal(for: error, sequence))
        }
        try await waitForFlash(until: recorded)
        return .aborted(Aborted(epoch: flash.boot.epoch))
    }

    private func evict(_ other: CardSession, by session: CardSession) {
        guard let download = other.download else { return }
        download.evict(
            Refusal(
                code: .inProgress, sequence: download.lastSequence, text: "\(session.engine) has ended the download"))
        downloader = nil
        downloaderLeft.open()
        other.gate.open()
    }

    // MARK: Refusals

    /// - Throws: `CancellationError` when the power has failed: then there is nobody to answer.
    func refusal(for failure: SwitchFailure, _ sequence: UInt32) throws(CancellationError) -> Refusal {
        switch failure {
        case .refused(let code, let text): return Refusal(code: code, sequence: sequence, text: text)
        case .flash(let failure):
            if notePowerLoss(failure) || Task.isCancelled { throw CancellationError() }
            return Refusal(code: .flashFailed, sequence: sequence, text: failure.description)
        }
    }
}
