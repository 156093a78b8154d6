import CardProtocol
import CardSoftware
import FlashModel
import Reports
import SoftwareImage

/// What a card's flash says at the end of a run, as the harness reads it: which image is where, and what the card would boot.
struct CardLife: Sendable {
    /// What the group's image has come to in this card; nil where the card does not hold it.
    var state: CardState?
    /// The version of the instance that runs.
    var runningVersion: String
    var wear: Int
    /// What goes against the rules of every run, each the end of a sentence about the card.
    var violations: [String]

    /// - Parameters:
    ///   - model: a copy of the card's flash.
    ///   - digest: the group's image.
    ///   - known: all images of the scenario.
    init(_ model: FlashModel, digest: ImageDigest, known: [ImageDigest]) throws {
        var model = model
        // What is wrong with the part now does not change what it holds; a look costs no power.
        model.restorePower()
        model.faults = .none
        let inspection = try FlashInspection(model)
        let record = inspection.record
        let instances = record.instances
        let holder = instances.indices.first { instances[$0].isValid && instances[$0].digest == digest }
        state = holder.map { instance in
            if record.committed == instance { return .committed }
            return record.active == instance && record.trial != nil ? .activated : .staged
        }
        runningVersion = instances[record.active].version
        wear = 0
        for block in 0..<model.geometry.blockCount { wear = max(wear, Int(try model.wear(ofBlock: block))) }
        violations = []
        if try inspection.recordCount() < 1 { violations.append("no copy of the boot record is valid") }
        violations += Self.bootViolations(model, known: known)
    }

    /// The card must boot the old verified image or a complete new one.
    private static func bootViolations(_ model: FlashModel, known: [ImageDigest]) -> [String] {
        do throws(CardError) {
            var flash = try CardFlash(model, factoryVersion: "1.0.0")
            let start = try flash.start(at: .zero)
            let booted = flash.boot.instances[start.instance]
            guard booted.isValid else { return ["it would boot instance \(start.instance), which is not valid"] }
            // The factory's image is not in the flash, and has no digest.
            guard booted.imageBytes > 0, !known.contains(booted.digest) else { return [] }
            return ["it would boot an image that nobody has sent"]
        } catch {
            return ["it would not boot: \(error)"]
        }
    }
}
