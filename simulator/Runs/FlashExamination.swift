import CardSoftware
import FlashModel
import ShelfModel
import SoftwareImage

/// A look at one card's flash after a run: compared byte for byte with its group's image, and asked what it would boot.
struct FlashExamination {
    let group: ShelfGroup
    /// All images of the scenario.
    let known: [ImageDigest]

    func examine(_ model: FlashModel, slot: Int, into record: inout RunRecord) {
        do {
            var whole = model
            whole.restorePower()
            if let text = group.difference(in: try FlashInspection(whole)) { record.differences.append((slot, text)) }
            record.lives[slot] = try CardLife(model, digest: group.manifest.digest, known: known)
        } catch {
            record.differences.append((slot, "\(error)"))
        }
    }
}
