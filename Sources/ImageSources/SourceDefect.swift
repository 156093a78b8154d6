/// A mistake that a source could have, for the proof that the exploration finds it. No source has one.
package enum SourceDefect: Sendable {
    /// A session that goes on is not compared with what came before.
    case trustsWhatComes
}
