extension FaultDefinition {
    /// A card is put in.
    static let insert = FaultDefinition(
        "insert", .process, "is put into its slot; the card that may be there is taken out before",
        [
            .optional(
                "card", .choice(["same", "other"]),
                "the one that was there, or another one with a serial number and a flash of its own", .choice("same")),
            .optional("after", .duration, "how long the slot is empty before", .duration(.zero)),
        ], isMomentary: true
    ) { values in .process(.insert(after: values.duration("after"), isOther: values.choice("card") == "other")) }
}
