import CardDialogue
import CardProtocol
import Reports
import Runtime
import SoftwareImage

/// Drains the pool into one card's flash: one of them, and one task, per card of the group.
///
/// Owned by that task, in the isolation of the group.
final class DownloadAgent {
    let target: CardTarget
    /// The card's place in the pool's window.
    let index: Int
    var account = CardAccount()
    /// What it waits for now; nil while it sends, and beside the download's course.
    private(set) var wait: AgentWait?
    private(set) var hasEnded = false
    /// What the card had in flash when its last session ended.
    private(set) var flashBytes: UInt64 = 0
    /// The card of the present connection has said that it is the one, and needs the image.
    private var hasBegun = false

    /// How often a card's progress is told: about once for each percent.
    private static let reportsPerCard = 100

    init(target: CardTarget, index: Int) {
        self.target = target
        self.index = index
    }

    /// Takes the card from hello to its outcome. A card whose connection is lost has a while to come back, and goes on where it was.
    func run(in group: isolated SoftwareManagementAgent) async -> CardResult {
        // Whatever happens, this card holds up nobody any more.
        defer {
            if group.job.defect != .leaksBlocksOnDetach { group.pool.detach(index) }
            hasEnded = true
        }
        do {
            return try await attempt(in: group)
        } catch {
            group.cardIsAnswered(index)
            guard hasBegun && error.mayPass else { return group.result(target, failure: error, account) }
            return await comeBack(after: error, in: group)
        }
    }

    /// Tries again and again, until the card is back and has the image, or for too long.
    private func comeBack(after loss: CardFailure, in group: isolated SoftwareManagementAgent) async -> CardResult {
        var loss = loss
        var pause = DownloadLimits.firstComeBackPause
        var losses = 1
        var deadline = group.loop.now.advanced(by: DownloadLimits.comeBack)
        while true {
            group.pool.detach(index)
            group.report(.cardChanged(slot: target.slot, .lost))
            do {
                do { try await group.loop.sleep(for: pause) } catch { throw CardFailure.cancelled }
                hasBegun = false
                return try await attempt(in: group)
            } catch let error as CardFailure {
                if hasBegun && error.mayPass && losses < DownloadLimits.mostLosses {
                    losses += 1
                    loss = error
                    pause = DownloadLimits.firstComeBackPause
                    deadline = group.loop.now.advanced(by: DownloadLimits.comeBack)
                    continue
                }
                guard !hasBegun && error.isAbsence || error.isOfRunningDownload else {
                    return group.result(target, failure: error, account)
                }
                guard group.loop.now < deadline else {
                    let reason = "\(loss); it was not back within \(DownloadLimits.comeBack.inWords)"
                    return group.result(target, .failed, reason: reason, account)
                }
                pause = min(pause * 2, DownloadLimits.longestComeBackPause)
            } catch {
                preconditionFailure("only a card's failure is thrown: \(error)")
            }
        }
    }

    /// One connection, from hello to the outcome.
    private func attempt(in group: isolated SoftwareManagementAgent) async throws(CardFailure) -> CardResult {
        group.report(.cardChanged(slot: target.slot, .connecting))
        let session = try await CardSession.open(target, network: group.network, loop: group.loop)
        group.watch.add(session.conversation)
        defer {
            account.sentBytes += session.newBytes
            flashBytes = session.programmedBytes
            group.watch.remove(session.conversation)
            session.conversation.close()
        }
        let identity = try await session.conversation.hello(group.job.engine)
        if let holder = identity.instance(holding: group.job.manifest) {
            group.cardIsAnswered(index)
            group.donors.add(index, target, instance: UInt8(holder), session: nil)
            // Only its answer was lost.
            if account.sentBytes > 0 { return group.result(target, .success, account, digestMatches: true) }
            return group.result(target, .skipped, reason: group.job.manifest.isHeld(by: holder))
        }
        return try await download(session, after: identity.interrupted, in: group)
    }

    private func download(
        _ session: CardSession, after interrupted: InterruptedDownload?, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) -> CardResult {
        do {
            group.report(.cardChanged(slot: target.slot, .preparing))
            hasBegun = true
            try await session.start(
                group.job.manifest, sectionBytes: group.job.pool.sectionBytes, after: interrupted,
                skipping: group.job.defect == .resumesTooFar ? 1 : 0)
            group.donors.add(index, target, instance: session.instance, session: session)
            group.sessions[index] = session
            defer { group.sessions[index] = nil }
            group.needImage(index, from: session.sentBytes)
            group.report(.cardChanged(slot: target.slot, .receiving))
            try await sendImage(to: session, in: group)
            group.report(.cardChanged(slot: target.slot, .verifying))
            if group.job.defect != .succeedsUnverified { try await session.end(group.job.manifest) }
        } catch {
            group.donors.remove(index)
            if case .noImage(let reason) = error { await session.abort(reason) }
            throw error
        }
        group.donors.complete(index)
        group.report(.cardProgrammed(slot: target.slot, bytes: session.sentBytes))
        var account = account
        account.sentBytes += session.newBytes
        return group.result(target, .success, account, digestMatches: true)
    }

    /// Sends every block as it comes into the pool, and waits until the image is known to be the manifest's. A card that was
    /// detached is served apart until it can come back.
    private func sendImage(to session: CardSession, in group: isolated SoftwareManagementAgent)
        async throws(CardFailure)
    {
        let pool = group.pool
        var position = try await firstPosition(session, in: group)
        while position.block < pool.blockCountOfImage {
            if pool.window.isAttached(index) {
                try await drainPool(&position, into: session, in: group)
            } else {
                try await catchUp(&position, with: session, in: group)
            }
        }
        // A card must not be told to verify an image that the CE itself has not verified.
        let transfer = group.transfer
        do { try await transfer.ended.wait { transfer.hasEnded } } catch { throw .cancelled }
        if let failure = transfer.failure { throw .noImage(failure) }
    }

    /// Waits until it is known where the group begins; a card that needs more than that catches up first.
    private func firstPosition(
        _ session: CardSession, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) -> SectionPosition {
        do { try await group.beginning.wait { group.firstBlock != nil || group.transfer.hasEnded } } catch {
            throw .cancelled
        }
        if let failure = group.transfer.failure { throw .noImage(failure) }
        let own = SectionPosition(offset: session.sentBytes, in: group.pool)
        let first = group.firstBlock ?? 0
        guard own.block < first else {
            return SectionPosition(block: group.pool.window.isAttached(index) ? first : own.block)
        }
        group.pool.detach(index)
        return own
    }

    /// Sends what comes into the pool, until the image ends or the card was detached.
    private func drainPool(
        _ position: inout SectionPosition, into session: CardSession, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) {
        let pool = group.pool
        while position.block < pool.blockCountOfImage && pool.window.isAttached(index) {
            switch try sendWhatGoesNow(&position, into: session, in: group) {
            case .all:
                guard position.block < pool.blockCountOfImage else { return }
                try await waitForBlock(position.block, session, in: group)
            case .windowIsFull: try await waitForCard(session, in: group)
            case .begun:
                // The card may be detached meanwhile, and the block released.
                let buffer = pool.pin(position.block)
                defer { pool.unpin(buffer) }
                try await session.finishSection(
                    pool.section(position.section, ofBlock: position.block, in: buffer).bytes)
                finishSection(&position, of: session, in: group)
            }
        }
    }

    /// Waits until the card has room for more, or for so many bytes.
    func waitForCard(
        _ session: CardSession, untilRoomFor count: Int? = nil, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) {
        let start = group.loop.turnTime
        wait = .card(since: start)
        defer {
            wait = nil
            account.cardWait += start.duration(to: group.loop.turnTime)
        }
        if let count {
            try await session.waitForRoom(for: count)
        } else {
            try await session.waitForAcknowledgement()
        }
    }

    private func waitForBlock(
        _ block: Int, _ session: CardSession, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) {
        let pool = group.pool
        let transfer = group.transfer
        session.isStarving = true
        let start = (time: group.loop.turnTime, full: pool.addStarving(1))
        wait = .block(since: start.time, full: start.full)
        defer { wait = nil }
        await pool.filled.waitForOpening {
            pool.window.published > block || transfer.hasEnded || session.failure != nil || Task.isCancelled
        }
        session.isStarving = false
        let full = pool.addStarving(-1) - start.full
        account.poolWait += full
        account.serverWait += start.time.duration(to: group.loop.turnTime) - full
        if Task.isCancelled { throw .cancelled }
        if let failure = session.failure { throw failure }
        guard pool.window.published > block else {
            throw .noImage(transfer.failure ?? "the image ended early")
        }
    }

    /// Sends section after section, without a suspension.
    ///
    /// - Returns: what the section at `position` has to wait for; `all` when the pool has no further block.
    private func sendWhatGoesNow(
        _ position: inout SectionPosition, into session: CardSession, in group: isolated SoftwareManagementAgent
    ) throws(CardFailure) -> CardSession.Sending {
        let pool = group.pool
        while position.block < pool.window.published {
            let part = pool.section(position.section, ofBlock: position.block)
            if session.has(part.offset, part.bytes.count) {
                finishSection(&position, of: session, in: group)
                continue
            }
            let checksum = pool.checksum(ofSection: position.section, ofBlock: position.block)
            let sending = try session.sendNow(offset: part.offset, bytes: part.bytes, checksum: checksum)
            guard case .all = sending else { return sending }
            account.poolBytes += UInt64(part.bytes.count)
            finishSection(&position, of: session, in: group)
        }
        return .all
    }

    /// The connection has taken the section; with the last one of a block the card has taken the block.
    func finishSection(
        _ position: inout SectionPosition, of session: CardSession, in group: isolated SoftwareManagementAgent
    ) {
        let pool = group.pool
        position.section += 1
        guard position.section == pool.sectionCount(ofBlock: position.block) else { return }
        // A card that catches up may be attached ahead of it.
        if pool.window.isNext(position.block, of: index) { pool.take(index) }
        if position.block % max(1, pool.blockCountOfImage / Self.reportsPerCard) == 0 {
            let isEarly = group.job.defect == .acknowledgesEarly
            group.report(
                .cardProgrammed(slot: target.slot, bytes: isEarly ? session.sentBytes : session.programmedBytes))
        }
        position = SectionPosition(block: position.block + 1)
    }
}

/// The next section to send.
struct SectionPosition {
    var block = 0
    var section = 0

    init(block: Int) {
        self.block = block
    }

    /// - Parameter offset: that of a section, or the image's end.
    init(offset: UInt64, in pool: BufferPool) {
        guard offset < pool.imageBytes else {
            block = pool.blockCountOfImage
            return
        }
        block = Int(offset) / pool.settings.blockBytes
        section = Int(offset) % pool.settings.blockBytes / pool.settings.sectionBytes
    }
}
