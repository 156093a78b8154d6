package import Scenarios
import Settings

extension MemoryChange {
    /// What was to be: how a sentence begins that says why it was not.
    package var sentence: String { "the memory was to be \(memory) from \(at.unitText) on" }
}
