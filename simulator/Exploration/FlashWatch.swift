import CardProtocol
import CardSoftware
import FlashModel
import Runtime
import SharedBytes
import SoftwareImage

/// A card's flash that is watched at every erase and program: what must never be, at no step of the card's life.
///
/// The storage is the usual one; the watch sees each change of it. A copy of the model shares its watch.
struct WatchedFlashStorage: FlashStorage {
    private var inner: MemoryFlashStorage
    private let watch: FlashWatch

    init(_ profile: FlashProfile, _ watch: FlashWatch) {
        inner = MemoryFlashStorage(profile)
        self.watch = watch
    }

    var geometry: FlashGeometry { inner.geometry }
    func firstProgrammed(in units: Range<Int>) -> Int? { inner.firstProgrammed(in: units) }
    func read(address: Int, into buffer: UnsafeMutableRawBufferPointer) { inner.read(address: address, into: buffer) }
    func shared(at address: Int, byteCount: Int) -> SharedBytes? { inner.shared(at: address, byteCount: byteCount) }
    func wear(ofBlock block: Int) -> UInt32 { inner.wear(ofBlock: block) }
    mutating func addCycle(ofBlock block: Int) { inner.addCycle(ofBlock: block) }
    func image(ofBlock block: Int) -> FlashBlockImage { inner.image(ofBlock: block) }

    mutating func program(firstUnit: Int, bytes: Stretch) {
        inner.program(firstUnit: firstUnit, bytes: bytes)
        let block = firstUnit / geometry.unitsPerBlock
        watch.changed(block, of: inner, isRecord: bytes.count >= 4 && bytes.bytes.prefix(4).elementsEqual("BOOT".utf8))
    }

    mutating func erase(block: Int) {
        inner.erase(block: block)
        watch.changed(block, of: inner, isRecord: true)
    }

    mutating func replace(block: Int, with image: FlashBlockImage) {
        inner.replace(block: block, with: image)
        watch.replaced(block, of: inner)
    }
}

/// What a watched flash has gone through. Confined to the loop.
final class FlashWatch: Sendable {
    private struct State {
        /// The newest boot record that was seen; nil before the factory's.
        var record: BootRecord?
        /// Blocks that must not change while it counts.
        var protected: Set<Int> = []
        var violations: [Violation] = []
        var activations = 0
    }

    private let profile: FlashProfile
    private let slot: UInt16
    private let state: LoopBound<State>

    init(_ profile: FlashProfile, slot: UInt16, loop: any Loop) {
        self.profile = profile
        self.slot = slot
        state = LoopBound(State(), on: loop)
    }

    var violations: [Violation] { state.value.violations }
    var record: BootRecord? { state.value.record }
    /// How often an instance was put on trial.
    var activations: Int { state.value.activations }

    func changed(_ block: Int, of storage: MemoryFlashStorage, isRecord: Bool) {
        if block < FlashLayout.metadataBlocks {
            if isRecord { inspect(storage) }
        } else if state.value.protected.contains(block) {
            note(.runningInstanceIsUntouched, "block \(block) of the running instance was changed")
        }
    }

    /// Torn, rotted or lost.
    func replaced(_ block: Int, of storage: MemoryFlashStorage) {
        if block < FlashLayout.metadataBlocks { inspect(storage) }
    }

    /// A boot was cut: the card knows nothing of what it had begun.
    func rewind(to flash: FlashModel) {
        state.value.record = nil
        state.value.protected = []
        guard let inspection = try? FlashInspection(flash) else { return }
        state.value.record = inspection.record
        protect(inspection.record, inspection.layout)
    }

    private func note(_ invariant: Violation.Invariant, _ text: String) {
        guard state.value.violations.count < 8 else { return }
        state.value.violations.append(Violation(invariant: invariant, text: "slot \(slot): \(text)"))
    }

    /// Looks at the boot record after each of its changes.
    private func inspect(_ storage: MemoryFlashStorage) {
        guard let inspection = try? FlashInspection(FlashModel(profile, storage: storage)) else {
            // Before the factory's record there is none.
            if state.value.record != nil { note(.bootRecordIsValid, "no copy of the boot record is valid") }
            return
        }
        let new = inspection.record
        if let old = state.value.record {
            if new.sequence < old.sequence {
                // The newest one may be torn; then the one before it counts. Never one that is older.
                if new.sequence + 1 < old.sequence {
                    note(.bootRecordIsValid, "the boot record went back from number \(old.sequence) to \(new.sequence)")
                }
            }
            if new.trial != nil && old.trial == nil { state.value.activations += 1 }
            if let trial = new.trial, !new.instances[trial.instance].isValid {
                note(.onlyVerifiedImagesRun, "instance \(trial.instance) is on trial and was not verified")
            }
        }
        guard state.value.record != new else { return }
        state.value.record = new
        protect(new, inspection.layout)
    }

    private func protect(_ record: BootRecord, _ layout: FlashLayout) {
        var blocks: Set<Int> = []
        for instance in Set([record.active, record.committed]) where record.instances[instance].imageBytes > 0 {
            let count = layout.geometry.blocks(holding: Int(record.instances[instance].imageBytes))
            for block in layout.blocks(ofInstance: instance).prefix(count) {
                blocks.insert(record.badBlocks.place(of: block))
            }
        }
        state.value.protected = blocks
    }
}
