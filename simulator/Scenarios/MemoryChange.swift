package import Settings

/// A new memory budget for the CE while it downloads, as an operator sets it.
package struct MemoryChange: Equatable, Sendable {
    /// From the start of the download.
    package var at: Duration
    package var memory: ByteCount

    package init(at: Duration, memory: ByteCount) {
        self.at = at
        self.memory = memory
    }

    /// More than anybody changes it in a run.
    package static let maximumCount = 64
}
