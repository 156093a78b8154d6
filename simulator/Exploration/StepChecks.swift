import CardProtocol
import CardSoftware
import Download
import SharedBytes
import SoftwareImage

/// What must hold at every event of the engine.
struct StepChecks: Sendable {
    let explored: ExploredCase
    let slots: [ExploredSlot]
    let budget: MemoryBudget
    let memory: ImageMemory

    func violation(at event: DownloadEvent) -> Violation? {
        // A budget that was made smaller takes effect as blocks drain.
        if budget.heldBytes > explored.mostPoolBytes {
            return Violation(
                invariant: .poolIsWithinItsBudget,
                text: "\(budget.heldBytes) bytes are in use, and the budget has \(budget.bytes)")
        }
        if case .cardProgrammed(let slot, let bytes) = event { return acknowledged(slot, Int(bytes)) }
        return nil
    }

    /// What a card has acknowledged is in its flash.
    private func acknowledged(_ number: Int, _ count: Int) -> Violation? {
        guard count > 0, !explored.mayTrustAnIgnoredREST,
            !explored.faults(of: UInt16(number)).contains(where: \.spoilsFlash),
            let slot = slots.first(where: { Int($0.slot) == number }),
            let inspection = try? FlashInspection(slot.flashNow)
        else {
            return nil
        }
        // Where it goes to; or where it is, once it is verified.
        let instance =
            inspection.record.download?.instance ?? inspection.instances.firstIndex { $0.isValid && $0.imageBytes > 0 }
        let held = instance.map { holds(count, inspection.reader(ofInstance: $0, byteCount: count)) } ?? false
        return held
            ? nil
            : Violation(
                invariant: .acknowledgedIsProgrammed,
                text: "slot \(number) has acknowledged \(count) bytes, and its flash does not hold them")
    }

    private func holds(_ count: Int, _ reader: InstanceReader) -> Bool {
        var reader = reader
        let known = reader.skip(SharedBytes(memory, 0..<count))
        var rest = [UInt8](repeating: 0, count: count - known)
        guard !rest.isEmpty else { return true }
        guard (try? rest.withUnsafeMutableBytes { try reader.read(into: $0) }) == rest.count else { return false }
        return rest.elementsEqual(memory.bytes[known..<count])
    }
}
