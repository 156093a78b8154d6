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
            group.watch.add(session)
            defer {
                group.watch.remove(session)
                session.close()
            }
            let identity = try await session.hello(group.job.engine)
            if let held = held(identity, by: group) {
                return group.result(target, .skipped, reason: held)
            }
            return await download(session, in: group)
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

    private func download(_ session: CardSession, in group: isolated SoftwareManagementAgent) async -> CardResult {
        do {
            group.needImage()
            group.report(.cardChanged(slot: target.slot, .preparing))
            try await session.start(group.job.manifest, sectionBytes: group.job.pool.sectionBytes)
            group.report(.cardChanged(slot: target.slot, .receiving))
            try await drainPool(into: session, in: group)
            group.report(.cardChanged(slot: target.slot, .verifying))
            try await session.end(group.job.manifest)
            group.report(.cardProgrammed(slot: target.slot, bytes: session.sentBytes))
            return group.result(target, .success, sentBytes: session.sentBytes, digestMatches: true)
        } catch {
            if case .noImage(let reason) = error { await session.abort(reason) }
            return group.result(target, failure: error, sentBytes: session.sentBytes)
        }
    }

    /// Sends every block as it comes into the pool, and waits until the image is known to be the manifest's.
    private func drainPool(into session: CardSession, in group: isolated SoftwareManagementAgent)
        async throws(CardFailure)
    {
        let pool = group.pool
        let transfer = group.transfer
        let reportStride = max(1, pool.blockCountOfImage / Self.reportsPerCard)
        for block in 0..<pool.blockCountOfImage {
            await pool.filled.waitForOpening {
                pool.window.published > block || transfer.hasEnded || Task.isCancelled
            }
            if Task.isCancelled { throw .cancelled }
            guard pool.window.published > block else { throw .noImage(transfer.failure ?? "the image ended early") }
            for section in 0..<pool.sectionCount(ofBlock: block) {
                let part = pool.section(section, ofBlock: block)
                let checksum = pool.checksum(ofSection: section, ofBlock: block)
                if try !session.sendNow(offset: part.offset, bytes: part.bytes, checksum: checksum) {
                    try await session.send(offset: part.offset, bytes: part.bytes, checksum: checksum)
                }
            }
            pool.take(index)
            if block % reportStride == 0 {
                group.report(.cardProgrammed(slot: target.slot, bytes: session.programmedBytes))
            }
        }
        // A card must not be told to verify an image that the CE itself has not verified.
        do { try await transfer.ended.wait { transfer.hasEnded } } catch { throw .cancelled }
        if let failure = transfer.failure { throw .noImage(failure) }
    }
}
