extension FaultDefinition {
    /// Replies are late.
    static let lateReply = FaultDefinition(
        software: "late_reply", "answers late, acknowledgements excepted",
        [.required("by", .duration, "how much later")]
    ) { card, values in card.replyDelay = max(card.replyDelay, values.duration("by")) }
}
