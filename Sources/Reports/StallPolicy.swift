/// What becomes of cards that keep the others of their group waiting.
package enum StallPolicy: String, CaseIterable, Sendable {
    /// They are detached when they have used up what they may cost (`StallLedger`), and served by themselves.
    case stallBudget = "stall-budget"
    /// All wait for the slowest.
    case wait
    /// They are given up when they have used it up.
    case drop
}
