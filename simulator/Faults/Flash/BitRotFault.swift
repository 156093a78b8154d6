extension FaultDefinition {
    /// Bits rot in an image that was verified.
    static let bitRotAfterVerify = FaultDefinition(
        "bit_rot_after_verify", .flash,
        "loses bits of the image that was verified last, for good; best `at: {phase: verify}`",
        [.optional("bits", .count, "how many", .count(1))], isMomentary: true
    ) { values in .rot(bits: values.count("bits") ?? 1) }
}
