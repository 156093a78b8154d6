import Control
import Runtime
import Settings
import ShelfModel

/// What an operator changes while the CE runs.
extension RealScenario {
    /// Sets the memory of the CE that runs, as an operator does, whenever a fault says so.
    func changeMemory(_ act: PlannedAct) async {
        while let bytes = try? await control.nextMemory() {
            if let problem = await memoryProblem(ByteCount(bytes), act) { problems.append(problem) }
        }
    }

    /// - Returns: why the memory is not set.
    private func memoryProblem(_ memory: ByteCount, _ act: PlannedAct) async -> String? {
        let sentence = "the CE's memory was to become \(memory)"
        guard let socket = folder.controlSocket(act.suffix) else {
            return "\(sentence): the path of the run's folder is too long for a control socket"
        }
        do throws(ControlClient.Failure) {
            switch try await ControlClient(path: socket).ask(
                .set(name: "memory", value: memory.description), on: loop)
            {
            case .changed: return nil
            case .refused(let reason): return "\(sentence): \(reason)"
            case .status: return "\(sentence): the CE has answered something else"
            }
        } catch {
            return "\(sentence): \(error)"
        }
    }
}
