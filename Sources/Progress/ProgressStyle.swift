/// How progress is shown.
package enum ProgressStyle: String, CaseIterable, Sendable {
    /// `tty` in a terminal that can draw anew, `plain` elsewhere.
    case auto
    /// A few lines that are drawn anew.
    case tty
    /// A line for each change of state, and a summary now and then.
    case plain
    case quiet
}
