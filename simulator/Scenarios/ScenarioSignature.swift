/// Who has signed an image's manifest, and what became of it since.
package enum ScenarioSignature: String, CaseIterable, Sendable {
    /// By the key that the cards trust.
    case valid
    /// By nobody, and both the CE and the cards are told to take it so.
    case unsigned
    /// By nobody, and the CE is told to take it so; the cards are not.
    case stripped
    /// By a key that no card trusts.
    case untrusted
    /// Its security number was changed after it was signed.
    case altered
    /// Its time is over, as far as the cards know.
    case expired
}

extension Scenario {
    /// The cards are told to take what is not signed.
    package var acceptsUnsigned: Bool { images.contains { $0.signature == .unsigned } }
    /// The CE is.
    package var sendsUnsigned: Bool { acceptsUnsigned || images.contains { $0.signature == .stripped } }
}
