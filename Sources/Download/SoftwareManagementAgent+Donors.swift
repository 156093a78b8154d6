import CardDialogue
import ImageSources
import Reports
import Runtime
import SoftwareImage

/// The image from cards that hold it: who is asked, and what becomes of a card that gives another one.
extension SoftwareManagementAgent {
    /// Where the transfer agent gets the image from.
    var imageSource: any ImageSource {
        let server = FallbackSource.Member(source, origin: .server)
        let cards = FallbackSource.Member(DonorSource(self), origin: nil)
        let members: [FallbackSource.Member]
        switch job.sourceChoice {
        case .server: return source
        case .card: members = [cards, server]
        // A card that is found later is the second choice, when the server fails.
        case .auto: members = donors.wholeCount(slot: nil) > 0 ? [cards, server] : [server, cards]
        }
        return FallbackSource(members, progressBytes: job.pool.blockBytes, loop: loop)
    }

    /// Makes ready to read the image from cards.
    ///
    /// - Returns: nil when no card is to be had.
    /// - Throws: when there is too little memory, and cancellation.
    func openFeed(from offset: UInt64, blockBytes: Int) async throws(SourceError) -> LoopBound<DonorFeed>? {
        // One that was away may be back.
        donors.forgetAbsences()
        let count = min(DownloadLimits.mostDonors, donors.wholeCount(slot: job.sourceChoice.slot))
        guard count > 0, let blocks = job.manifest.blocks else { return nil }
        guard pool.canReserve(blockBytes) else {
            throw .noDonor(
                cause:
                    "\(blockBytes) bytes, by which a card's answer is checked, and a block of the pool beside it are more "
                    + "than the group's memory")
        }
        do { try await pool.reserve(blockBytes) } catch { throw .cancelled }
        return LoopBound(
            DonorFeed(
                pool: pool, blockBytes: blockBytes, blocks: Int(offset) / blockBytes..<blocks.digests.count,
                readerCount: count, loop: loop), on: loop)
    }

    /// Reads blocks from one card after the other, until all are read or no card is left.
    func readFromDonors(into bound: LoopBound<DonorFeed>) async {
        let feed = bound.value
        defer { feed.readerEnds() }
        while !feed.isDone, let donor = donors.takeWhole(slot: job.sourceChoice.slot) {
            defer { donors.give(donor) }
            do throws(CardFailure) {
                let link = try await DonorLink(to: donor, job: job, network: network, loop: loop, watch: watch)
                defer { link.close(watch) }
                try await read(link, into: feed)
            } catch {
                guard error != .cancelled else { return }
                leave(donor, after: error)
            }
        }
    }

    private func read(_ link: DonorLink, into feed: DonorFeed) async throws(CardFailure) {
        while !feed.isDone {
            guard let block = feed.claim() else {
                do { try await feed.waitForClaim() } catch { throw .cancelled }
                continue
            }
            do throws(CardFailure) {
                feed.deliver(block, try await self.block(block, from: link), from: link.donor.target.slot)
            } catch {
                feed.giveUp(block)
                throw error
            }
        }
    }

    /// Reads a block, section by section, and checks it.
    private func block(_ index: Int, from link: DonorLink) async throws(CardFailure) -> [UInt8] {
        let block = job.manifest.block(at: UInt64(index * job.manifest.blocks!.blockBytes))!
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: block.range.count, alignment: 16)
        defer { memory.deallocate() }
        var done = 0
        while done < memory.count {
            let count = min(job.pool.sectionBytes, memory.count - done)
            _ = try await link.read(
                offset: block.range.lowerBound + UInt64(done),
                into: UnsafeMutableRawBufferPointer(rebasing: memory[done..<done + count]))
            done += count
        }
        guard SHA256.digest(of: UnsafeRawBufferPointer(memory)) == block.digest else {
            throw .noImage("its bytes from \(block.range.lowerBound) on are others than the manifest says")
        }
        donors.count(memory.count, from: link.donor)
        return Array(memory)
    }

    /// Notes that a card does not give what it should: one that is gone may be asked later, one that gave something else never.
    func leave(_ donor: DonorBoard.Donor, after failure: CardFailure) {
        let isAway = failure.isAbsence
        donors.leave(donor, isAway: isAway, failure.description)
        report(
            .donorLeft(group: job.group, slot: donor.target.slot, reason: failure.description, isDistrusted: !isAway))
    }

    /// Why no card gives the image.
    var donorComplaint: String {
        let slot = job.sourceChoice.slot
        let complaints = donors.report.compactMap { account in
            account.complaint.map { "slot \(account.slot): \($0)" }
        }
        if !complaints.isEmpty { return complaints.joined(separator: "; ") }
        return (slot.map { "slot \($0) does not hold" } ?? "none of the group holds")
            + " version \(job.manifest.version)"
    }
}
