import CardProtocol
import CardSoftware
import FlashModel
import SoftwareImage

/// What must be true of a card after every cut, and at the end.
struct SweepChecks {
    let story: SweepStory
    let phase: SweepPhase

    private var start: SweepStory.Start { story.start(phase) }
    private var blockBytes: Int { story.geometry.profile.geometry.eraseSize }

    /// Of the flash as the cut has left it, before anything of the card's runs again.
    @discardableResult
    func afterCut(_ model: FlashModel) throws(Violation) -> FlashInspection {
        let inspection = try inspect(model)
        guard inspection.sequence >= start.sequence else {
            throw Violation("the boot record went back from \(start.sequence) to \(inspection.sequence)")
        }
        // The factory's image, with which the card began, is not in the flash.
        for instance in 0..<2
        where inspection.instances[instance].isValid && inspection.instances[instance].imageBytes > 0 {
            guard let digest = try digest(of: instance, inspection), isKnown(digest) else {
                throw Violation("instance \(instance) is valid, and holds neither image")
            }
        }
        guard inspection.instances[inspection.record.committed].isValid else {
            throw Violation("the committed instance \(inspection.record.committed) is not valid")
        }
        if ![.commit].contains(phase) && inspection.record.committed != start.committed {
            throw Violation("instance \(inspection.record.committed) is committed, and nobody asked for it")
        }
        try checkTable(inspection)
        try checkUntouched(start.running, in: model, inspection)
        if start.committed != start.running { try checkUntouched(start.committed, in: model, inspection) }
        return inspection
    }

    /// Of a card that has started again after the cut.
    ///
    /// - Parameter acknowledged: what the card had said to be programmed.
    func afterStart(_ card: SweptCard, acknowledged: Int) throws(Violation) {
        let boot = card.flash.boot
        let inspection = try inspect(card.flash.model)
        guard let digest = try digest(of: boot.active, inspection), isKnown(digest) else {
            throw Violation("the card boots instance \(boot.active), which holds neither image")
        }
        guard [.download, .resume].contains(phase), boot.download != nil else { return }
        let offset = card.flash.interrupted?.programmedBytes ?? 0
        // What the CE begins with again is a whole section.
        if offset + max(blockBytes, story.geometry.sectionBytes) < acknowledged {
            throw Violation("\(acknowledged) bytes were acknowledged, and the card wants them again from \(offset) on")
        }
        let held = try bytes(of: 1 - start.running, count: max(offset, acknowledged), inspection)
        if offset > story.new.bytes.count || held[..<offset] != story.new.bytes[..<offset] {
            throw Violation("the card goes on at \(offset), and its flash holds something else before it")
        }
        if held[..<acknowledged] != story.new.bytes[..<acknowledged] {
            throw Violation("\(acknowledged) bytes were acknowledged as programmed, and they are not")
        }
    }

    /// Of a card that has reached its goal.
    func atGoal(_ card: SweptCard) throws(Violation) {
        let inspection = try afterCut(card.flash.model)
        let boot = card.flash.boot
        let other = 1 - start.running
        switch phase {
        case .download, .resume:
            let state = boot.instances[other]
            guard state.isValid && state.digest == story.new.digest && boot.active == start.running else {
                throw Violation("the download ended, and instance \(other) is not valid")
            }
            guard try digest(of: other, inspection) == story.new.digest else {
                throw Violation("the download ended, and instance \(other) holds something else")
            }
        case .activate:
            guard boot.epoch == start.epoch + 1 else {
                throw Violation("activated \(boot.epoch - start.epoch) times")
            }
            guard boot.active == other && boot.trial != nil || boot.active == start.running && !boot.failure.isEmpty
            else {
                throw Violation("instance \(boot.active) runs, without a trial and without a reason")
            }
        case .commit:
            let isCommitted = boot.committed == start.running && boot.active == start.running
            guard isCommitted || boot.active == start.committed && !boot.failure.isEmpty else {
                throw Violation("instance \(boot.committed) is committed and \(boot.active) runs")
            }
        case .rollBack, .expiry, .failedBoots:
            guard boot.active == start.committed && boot.trial == nil && !boot.failure.isEmpty else {
                throw Violation("instance \(boot.active) runs, and not the committed one with a reason")
            }
        case .readOut: break
        }
    }

    func newestRecord(is card: SweptCard) throws(Violation) {
        let sequence = try inspect(card.flash.model).sequence
        guard sequence == card.flash.boot.sequence else {
            throw Violation("the boot record is \(card.flash.boot.sequence), and the flash says \(sequence)")
        }
    }

    // MARK: Parts

    private func isKnown(_ digest: ImageDigest) -> Bool { digest == story.old.digest || digest == story.new.digest }

    private func inspect(_ model: FlashModel) throws(Violation) -> FlashInspection {
        do { return try FlashInspection(model) } catch { throw Violation("\(error)") }
    }

    private func bytes(of instance: Int, count: Int, _ inspection: FlashInspection) throws(Violation) -> [UInt8] {
        var reader = inspection.reader(ofInstance: instance, byteCount: count)
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        do throws(FlashError) {
            _ = try span.withUnsafeMutableBytes { (buffer) throws(FlashError) in try reader.read(into: buffer) }
        } catch {
            throw Violation("instance \(instance) cannot be read: \(error)")
        }
        return bytes
    }

    private func digest(of instance: Int, _ inspection: FlashInspection) throws(Violation) -> ImageDigest? {
        let count = Int(inspection.instances[instance].imageBytes)
        guard count > 0 && count <= inspection.layout.instanceCapacityBytes else { return nil }
        return try bytes(of: instance, count: count, inspection).withUnsafeBytes { SHA256.digest(of: $0) }
    }

    /// No spare stands in for two blocks, and none that is bad.
    private func checkTable(_ inspection: FlashInspection) throws(Violation) {
        let table = inspection.record.badBlocks
        let spares = table.sparesInUse
        guard Set(spares).count == spares.count,
            spares.allSatisfy({ !table.isBad($0) && inspection.layout.spares.contains($0) })
        else { throw Violation("the table of bad blocks uses the spares \(spares), of which \(table.bad) are bad") }
    }

    /// The instance's blocks have seen no erase, and hold what they held.
    private func checkUntouched(_ instance: Int, in model: FlashModel, _ inspection: FlashInspection) throws(Violation)
    {
        do throws(FlashError) {
            for block in inspection.layout.blocks(ofInstance: instance) {
                let place = inspection.record.badBlocks.place(of: block)
                guard try model.wear(ofBlock: place) == start.model.wear(ofBlock: place),
                    try model.image(ofBlock: place) == start.model.image(ofBlock: place)
                else { throw FlashError.noSuchBlock(place, blockCount: instance) }
            }
        } catch {
            throw Violation("instance \(instance), which is to stay as it is, was changed")
        }
    }
}
