/// A mistake that a roll-out could have, for the proof that the exploration finds it. No roll-out has one.
package enum RolloutDefect: Sendable {
    /// A reply that was lost is taken for a refusal.
    case takesLossForRefusal
}
