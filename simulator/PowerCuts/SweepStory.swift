import CardSoftware
import FlashModel
import SoftwareImage

/// All that one geometry's cases start from: a card that runs and has committed an image, the image that comes, and the card's flash
/// before each phase.
struct SweepStory: Sendable {
    /// What must hold at a phase's every cut.
    struct Start: Sendable {
        var model: FlashModel
        /// The instance that may not be touched.
        var running: Int
        var committed: Int
        var epoch: UInt64
        var sequence: UInt64
        /// How much of a download was acknowledged before.
        var acknowledged: Int
    }

    let geometry: SweepGeometry
    let old: SweepImage
    let new: SweepImage
    let defect: PlantedDefect?
    private(set) var starts: [SweepPhase: Start] = [:]

    /// - Throws: when the card does not even get through without any cut.
    init(_ geometry: SweepGeometry, seed: UInt64, defect: PlantedDefect?) throws(Violation) {
        self.geometry = geometry
        self.defect = defect
        old = SweepImage(byteCount: geometry.imageBytes - 300, version: "1", number: 1, seed: seed)
        new = SweepImage(byteCount: geometry.imageBytes, version: "2", number: 2, seed: seed &+ 1)
        do throws(SweptCard.Interruption) {
            try prepare()
        } catch {
            throw switch error {
            case .powerLost: Violation("the power was lost and nobody had cut it")
            case .violation(let violation): violation
            }
        }
    }

    private mutating func prepare() throws(SweptCard.Interruption) {
        var model = FlashModel(geometry.profile, faults: geometry.faults)
        model.persistence = geometry.persistence
        // A card without the defect comes first: what is tested is what follows.
        var card = try SweptCard(model, sectionBytes: geometry.sectionBytes, defect: nil)
        try card.restart()
        try card.download(old)
        try card.activate(epoch: card.flash.boot.epoch)
        try card.commit()
        guard geometry.isLongLived else { return starts = try starts(from: card) }
        // Which of its records finds a full metadata block differs from phase to phase.
        for _ in 0..<Self.mostAbandonedDownloads {
            for (phase, start) in try starts(from: card) where starts[phase] == nil {
                if phase == .readOut {
                    starts[phase] = start
                } else if try erasesRecords(phase, start) {
                    starts[phase] = start
                }
            }
            if starts.count == SweepPhase.allCases.count { return }
            try card.abandonDownload(new)
        }
        throw .violation(Violation("after a long life, not every phase erases a metadata block"))
    }

    /// Far more than fill the metadata blocks: each writes two records.
    private static let mostAbandonedDownloads = 200

    /// - Parameter card: that runs and has committed the old image.
    private func starts(from card: SweptCard) throws(SweptCard.Interruption) -> [SweepPhase: Start] {
        var starts = [SweepPhase.download: Start(card)]
        var halfway = card
        try halfway.download(new, upTo: geometry.imageBytes * 3 / 5)
        starts[.resume] = Start(halfway)
        starts[.resume]?.acknowledged = halfway.acknowledged
        var card = card
        try card.download(new)
        for phase in [SweepPhase.activate, .readOut] { starts[phase] = Start(card) }
        try card.activate(epoch: card.flash.boot.epoch)
        for phase in [SweepPhase.commit, .rollBack, .expiry, .failedBoots] { starts[phase] = Start(card) }
        return starts
    }

    private func erasesRecords(_ phase: SweepPhase, _ start: Start) throws(SweptCard.Interruption) -> Bool {
        var card = try SweptCard(start.model, sectionBytes: geometry.sectionBytes, defect: nil)
        try pursue(phase, epoch: start.epoch, &card)
        // A new part's blocks are not erased before their first use.
        return start.model.metadataWear != card.flash.model.metadataWear
    }

    func start(_ phase: SweepPhase) -> Start {
        guard let start = starts[phase] else { preconditionFailure("\(phase) was not prepared") }
        return start
    }

    /// Goes on to a phase's goal, from wherever the card is.
    func pursue(_ phase: SweepPhase, _ card: inout SweptCard) throws(SweptCard.Interruption) {
        try pursue(phase, epoch: start(phase).epoch, &card)
    }

    private func pursue(
        _ phase: SweepPhase, epoch: UInt64, _ card: inout SweptCard
    ) throws(SweptCard.Interruption) {
        switch phase {
        case .download, .resume: try card.download(new)
        case .activate: try card.activate(epoch: epoch)
        case .commit: try card.commit()
        case .rollBack: try card.rollBack()
        case .expiry: try card.expire()
        case .failedBoots: try card.failToBoot()
        case .readOut: try card.readOut(1 - card.flash.boot.active)
        }
    }
}

extension SweepStory.Start {
    fileprivate init(_ card: SweptCard) {
        let boot = card.flash.boot
        self.init(
            model: card.flash.model, running: boot.active, committed: boot.committed, epoch: boot.epoch,
            sequence: boot.sequence, acknowledged: 0)
    }
}

extension FlashModel {
    /// How often each metadata block was erased.
    fileprivate var metadataWear: [UInt32] {
        (0..<FlashLayout.metadataBlocks).map { block in
            do { return try wear(ofBlock: block) } catch { preconditionFailure("memory cannot be read: \(error)") }
        }
    }
}
