/// How many operations a flash has done since its model was made; wear, which outlives the process, is counted apart.
package struct FlashCounts: Equatable, Sendable {
    /// Blocks erased.
    package var erases = 0
    /// Program units written: a run of several counts each of them.
    package var programs = 0
    /// Accesses, however long.
    package var reads = 0

    /// Barriers.
    package var barriers = 0

    /// Those at which the power can fail: `PowerCut.operation` counts them.
    package var operations: Int { erases + programs }

    package init() {}
}
