import CardDialogue
import CardLink
import ImageSources
import Runtime

/// A card that was detached, or that needs what the group has passed: served by itself, from a card that is ahead of it or from
/// the server, on a small reserve of the pool's memory.
extension DownloadAgent {
    /// Serves the card until the image ends, or until it can come back into the window.
    func catchUp(
        _ position: inout SectionPosition, with session: CardSession, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) {
        let pool = group.pool
        if let charge = group.droppedCards[index] { throw .tooSlow(charge: charge) }
        account.detachments += 1
        group.report(.cardChanged(slot: target.slot, .catchingUp))
        pool.countServedApart(1)
        defer { pool.countServedApart(-1) }
        pool.countCatchingUp(1)
        // The block from which on it is attached again, while it still gets what is before that.
        var joint: Int?
        defer { if joint == nil { pool.countCatchingUp(-1) } }
        var link: DonorLink?
        defer { if let link { leave(link, in: group) } }
        while position.block < pool.blockCountOfImage {
            if joint != nil, !pool.window.isAttached(index) {
                joint = nil
                account.detachments += 1
                pool.countCatchingUp(1)
            }
            if joint == nil, canComeBack(at: position, in: group) {
                joint = max(pool.window.released, position.block)
                pool.countCatchingUp(-1)
                pool.attach(index, at: joint!)
            }
            if position.block == joint {
                return group.report(.cardChanged(slot: target.slot, .receiving))
            }
            let part = pool.range(ofSection: position.section, inBlock: position.block)
            if session.has(part.offset, part.count) {
                finishSection(&position, of: session, in: group)
                continue
            }
            try await waitForCard(session, untilRoomFor: part.count, in: group)
            if let open = link, !group.donors.has(open.donor, upTo: part.offset + UInt64(part.count)) {
                leave(open, in: group)
                link = nil
            }
            if group.job.defect == .asksTheServerAgain {
                return try await fetchRest(&position, with: session, in: group)
            }
            if link == nil { link = await findDonor(upTo: part.offset + UInt64(part.count), in: group) }
            guard let donor = link else {
                if Task.isCancelled { throw .cancelled }
                guard group.donors.hasHope(for: index, beyond: part.offset) else {
                    // A card that is served to its end apart must owe the pool nothing: it would never take its blocks.
                    pool.detach(index)
                    if joint != nil {
                        joint = nil
                        pool.countCatchingUp(1)
                    }
                    return try await fetchRest(&position, with: session, in: group)
                }
                do { try await group.loop.sleep(for: DownloadLimits.donorPause) } catch { throw .cancelled }
                continue
            }
            if let failure = try await copySection(part, at: position, from: donor, to: session, in: group) {
                group.leave(donor.donor, after: failure)
                leave(donor, in: group)
                link = nil
                continue
            }
            finishSection(&position, of: session, in: group)
        }
    }

    /// Whether the pool can keep what comes from now on until the card has what is before it, and nobody starves meanwhile: the
    /// others go on as the donors do, whose last blocks are in RAM and cannot be read yet.
    private func canComeBack(at position: SectionPosition, in group: isolated SoftwareManagementAgent) -> Bool {
        let pool = group.pool
        guard account.detachments <= DownloadLimits.mostReturns, !group.transfer.hasEnded else { return false }
        return pool.window.furthest - position.block + DepthControl.least <= pool.depthLimit
    }

    // MARK: From a card

    private func findDonor(upTo end: UInt64, in group: isolated SoftwareManagementAgent) async -> DonorLink? {
        while let donor = group.donors.take(upTo: end, for: index) {
            do {
                let link = try await DonorLink(
                    to: donor, job: group.job, network: group.network, loop: group.loop, watch: group.watch)
                group.report(.cardDonor(slot: target.slot, donor: donor.target.slot))
                return link
            } catch {
                group.donors.give(donor)
                if error == .cancelled { return nil }
                group.leave(donor, after: error)
            }
        }
        return nil
    }

    private func leave(_ link: DonorLink, in group: isolated SoftwareManagementAgent) {
        group.report(.cardDonor(slot: target.slot, donor: nil))
        link.close(group.watch)
        group.donors.give(link.donor)
    }

    /// - Returns: why the donor did not give what was in the pool, if it did not.
    private func copySection(
        _ part: (offset: UInt64, count: Int), at position: SectionPosition, from link: DonorLink,
        to session: CardSession, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) -> CardFailure? {
        let pool = group.pool
        do { try await pool.reserve(pool.settings.sectionBytes) } catch { throw .cancelled }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: part.count, alignment: 4096)
        defer {
            memory.deallocate()
            pool.giveReserveBack(pool.settings.sectionBytes)
        }
        let checksum: UInt32
        do {
            checksum = try await link.read(offset: part.offset, into: memory)
        } catch {
            if error == .cancelled { throw .cancelled }
            return error
        }
        let known = pool.knownChecksum(ofSection: position.section, ofBlock: position.block)
        guard known == nil || known == checksum || group.job.defect == .trustsDonors else {
            return .noImage("its bytes from \(part.offset) on are others than came from the source")
        }
        group.donors.count(part.count, from: link.donor)
        try await session.send(offset: part.offset, bytes: UnsafeRawBufferPointer(memory), checksum: checksum)
        account.donorBytes += UInt64(part.count)
        return nil
    }

    // MARK: From the server

    /// Gets the rest of the image in a session of its own: no card has it, and none will.
    private func fetchRest(
        _ position: inout SectionPosition, with session: CardSession, in group: isolated SoftwareManagementAgent
    ) async throws(CardFailure) {
        let pool = group.pool
        let start = session.sentBytes
        let bytes = CatchUpSink.bytes(for: pool.settings)
        do { try await pool.reserve(bytes) } catch { throw .cancelled }
        defer { pool.giveReserveBack(bytes) }
        let sink = CatchUpSink(session: session, manifest: group.job.manifest, sectionBytes: pool.settings.sectionBytes)
        account.ownSessions += 1
        defer { account.ownSessionBytes += session.sentBytes - start }
        do {
            try await group.source.fetch(from: start, into: sink)
        } catch {
            if let failure = sink.failure { throw failure }
            if error == .cancelled { throw .cancelled }
            throw .noImage(error.description)
        }
        try await sink.finish()
        position = SectionPosition(block: pool.blockCountOfImage)
    }
}
