extension FaultDefinition {
    /// A reply is lost.
    static let lostReply = FaultDefinition(
        software: "lost_reply", "carries a request out, and its reply is lost with the connection",
        [.required("request", .choice(CardMisbehaviour.LostReply.allCases.map(\.rawValue)), "which one")],
        usualUses: 1
    ) { card, values in card.lostReply = CardMisbehaviour.LostReply(rawValue: values.choice("request")) }
}
