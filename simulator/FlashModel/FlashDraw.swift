/// Numbers drawn from a seed by what they are for: the same question gets the same answer, in whatever order it is asked.
struct FlashDraw: Sendable {
    /// What is drawn, so that no two of them go together.
    enum Purpose: UInt64 {
        case factoryBad = 1, endurance, time, bitFlip, tornOperation, lostOperations, rot
    }

    private var state: UInt64

    init(seed: UInt64, _ purpose: Purpose, _ index: Int = 0) {
        state = Self.mix(Self.mix(seed ^ purpose.rawValue &* 0xD6E8_FEB8_6659_FD93) ^ UInt64(truncatingIfNeeded: index))
    }

    /// The output function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// From 0 to `count` - 1.
    mutating func below(_ count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// From 0 to just below 1.
    mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
