package import FlashModel
import SoftwareImage

/// A card's flash as its software uses it, and the rules of what may be done with it: boot records, two instances, spare blocks.
///
/// A value without tasks: a copy is a snapshot. The one place that erases and programs. Times are as `FlashModel` has them; every
/// verb is told when it is asked for, and returns when the flash is done. After `powerLost` the value is to be let go; a card
/// that starts again makes a new one from the model.
package struct CardFlash: Sendable {
    package internal(set) var model: FlashModel
    package let layout: FlashLayout
    package let policy: BootPolicy
    package internal(set) var boot: BootRecord
    /// A download that was started and not ended.
    package internal(set) var interrupted: DownloadProgress?
    let defect: PlantedDefect?

    /// The metadata block in which `boot` stands.
    var bootBlock: Int
    /// Where the next entry of each metadata block goes, in program units; nil: the block must be erased first.
    var metadataEnds: [Int?]
    /// `boot` was written by this card since it started, so that checkpoints may go behind it.
    var isLogOpen = false

    /// What a card does when it starts: finds the newest boot record, and how far an interrupted download got. A flash that no
    /// card has used gets the factory's record.
    ///
    /// - Parameter defect: for tests of the tests.
    package init(
        _ model: FlashModel, factoryVersion: String, policy: BootPolicy = BootPolicy(), at time: Duration = .zero,
        defect: PlantedDefect? = nil
    ) throws(CardError) {
        self.model = model
        self.policy = policy
        self.defect = defect
        layout = try FlashLayout(model.geometry)
        let logs: [MetadataLog]
        do throws(FlashError) { logs = try Self.metadataLogs(of: model) } catch { throw .flash(.refused(error)) }
        try Self.checkVersions(of: logs)
        metadataEnds = logs.map(\.end)
        if let newest = Self.newestBootRecord(in: logs) {
            boot = newest.record
            bootBlock = newest.block
            do throws(FlashFailure) { try findProgress(logs[newest.block].checkpoints, at: time) } catch {
                throw .flash(error)
            }
        } else {
            guard try Self.isUnused(model) else { throw .noBootRecord }
            boot = BootRecord.factory(version: factoryVersion)
            bootBlock = FlashLayout.metadataBlocks - 1
            do throws(FlashFailure) { try writeFactoryRecord(at: time) } catch { throw .flash(error) }
        }
    }

    /// The longest life that is used up, and what is left: for status and for warnings.
    package func wear() throws(FlashError) -> WearSummary {
        var summary = WearSummary()
        for block in 0..<layout.geometry.blockCount {
            summary.maximumEraseCount = max(summary.maximumEraseCount, Int(try model.wear(ofBlock: block)))
        }
        summary.maximumEraseCount += model.faults.initialCycles
        summary.enduranceCycles = model.profile.enduranceCycles
        summary.badBlocks = boot.badBlocks.bad.count
        summary.sparesLeft = layout.spares.count {
            !boot.badBlocks.isBad($0) && !boot.badBlocks.sparesInUse.contains($0)
        }
        return summary
    }
}

package struct WearSummary: Equatable, Sendable {
    package var maximumEraseCount = 0
    /// What the data sheet promises; nil: without end.
    package var enduranceCycles: Int?
    package var badBlocks = 0
    package var sparesLeft = 0
}
