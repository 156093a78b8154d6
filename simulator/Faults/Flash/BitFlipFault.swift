import FlashModel

extension FaultDefinition {
    /// Bits are misread.
    static let bitFlip = FaultDefinition(
        "bit_flip", .flash, "is misread now and then; the next access may read right",
        [.required("rate", .share, "how likely an access reads one bit wrong")]
    ) { values in .flash { $0.bitFlipProbability = max($0.bitFlipProbability, values.number("rate")) } }
}
