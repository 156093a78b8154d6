import CardDialogue
import CardProtocol
import Reports
import Runtime
import SoftwareImage

/// Drains the pool into one card's flash: one of them, and one task, per card of the group.
struct DownloadAgent {
    let target: CardTarget
    /// The card's place in the pool's window.
    let index: Int

    /// How often a card's progress is told: about once for each percent.
    private static let reportsPerCard = 100

    /// Takes the card from hello to its outcome.
    func run(in group: isolated SoftwareManagementAgent) async -> CardResult {
        // Whatever happens, this card holds up nobody any more.
        defer { group.pool.detach(index) }
        do {
            group.report(.cardChanged(slot: target.slot, .connecting))
            let session = try await CardSession.open(target, network: group.network, loop: group.loop)
            group.watch.add(session.conversation)
            defer {
                group.watch.remove(session.conversation)
                session.conversation.close()
            }
            let identity = try await session.conversation.hello(group.job.engine)
            if let held = held(identity, by: group) {
                return group.result(target, .skipped, reason: held)
            }
            return await download(session, after: identity.interrupted, in: group)
        } catch {
            return group.result(target, failure: error, sentBytes: 0)
        }
    }

    /// Why the card needs nothing, if it does not.
    private func held(_ identity: CardIdentity, by group: isolated SoftwareManagementAgent) -> String? {
        let manifest = group.job.manifest
        let holder = identity.instances.firstIndex {
            $0.isValid && $0.digest == manifest.digest && $0.imageBytes == manifest.imageBytes
        }
        return holder.map { "instance \($0) holds version \(manifest.version) already" }
    }

    private func download(
        _ session: CardSession, after interrupted: InterruptedDownload?, in group: isolated SoftwareManagementAgent
    ) async -> CardResult {
        do {
            group.needImage()
            group.report(.cardChanged(slot: target.slot, .preparing))
            try await session.start(
                group.job.manifest, sectionBytes: group.job.pool.sectionBytes, after: interrupted)
            group.report(.cardChanged(slot: target.slot, .receiving))
            try await drainPool(into: session, in: group)
            group.report(.cardChanged(slot: target.slot, .verifying))
            try await session.end(group.job.manifest)
            group.report(.cardProgrammed(slot: target.slot, bytes: session.sentBytes))
            return group.result(target, .success, sentBytes: session.newBytes, digestMatches: true)
        } catch {
            if case .noImage(let reason) = error { await session.abort(reason) }
            return group.result(target, failure: error, sentBytes: session.newBytes)
        }
    }

    /// Sends every block as it comes into the pool, and waits until the image is known to be the manifest's.
    private func drainPool(into session: CardSession, in group: isolated SoftwareManagementAgent)
        async throws(CardFailure)
    {
        let pool = group.pool
        let transfer = group.transfer
        var position = Position()
        while position.block < pool.blockCountOfImage {
            switch try sendWhatGoesNow(&position, into: session, in: group) {
            case .all:
                let block = position.block
                guard block < pool.blockCountOfImage else { break }
                await pool.filled.waitForOpening {
                    pool.window.published > block || transfer.hasEnded || Task.isCancelled
                }
                if Task.isCancelled { throw .cancelled }
                guard pool.window.published > block else {
                    throw .noImage(transfer.failure ?? "the image ended early")
                }
            case .windowIsFull: try await session.waitForAcknowledgement()
            case .begun:
                try await session.finishSection(pool.section(position.section, ofBlock: position.block).bytes)
                finishSection(&position, of: session, in: group)
            }
        }
        // A card must not be told to verify an image that the CE itself has not verified.
        do { try await transfer.ended.wait { transfer.hasEnded } } catch { throw .cancelled }
        if let failure = transfer.failure { throw .noImage(failure) }
    }

    /// The next section to send.
    private struct Position {
        var block = 0
        var section = 0
    }

    /// Sends section after section, without a suspension.
    ///
    /// - Returns: what the section at `position` has to wait for; `all` when the pool has no further block.
    private func sendWhatGoesNow(
        _ position: inout Position, into session: CardSession, in group: isolated SoftwareManagementAgent
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
            finishSection(&position, of: session, in: group)
        }
        return .all
    }

    /// The connection has taken the section; with the last one of a block the card has taken the block.
    private func finishSection(
        _ position: inout Position, of session: CardSession, in group: isolated SoftwareManagementAgent
    ) {
        let pool = group.pool
        position.section += 1
        guard position.section == pool.sectionCount(ofBlock: position.block) else { return }
        pool.take(index)
        if position.block % max(1, pool.blockCountOfImage / Self.reportsPerCard) == 0 {
            group.report(.cardProgrammed(slot: target.slot, bytes: session.programmedBytes))
        }
        position = Position(block: position.block + 1)
    }
}
