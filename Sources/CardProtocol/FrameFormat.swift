/// What tells one framed protocol from another: its magic, its version, and how long a payload of each type may be.
package struct FrameFormat: Sendable {
    package let magic: UInt16
    package let version: UInt8
    /// The shortest and the longest payload of each type that exists, in bytes.
    private let payloadRanges: [ClosedRange<Int>]
    /// For each of the 256 types the place in `payloadRanges`, or `absent`: a card has no memory for a table of optionals.
    private let places: [UInt8]

    private static let absent = UInt8.max

    /// - Parameters:
    ///   - payloadLimits: at most 255 types.
    ///   - payloadMinimums: for types whose reader splits the payload before it decodes it; 0 where there is none.
    package init(magic: UInt16, version: UInt8, payloadLimits: [UInt8: Int], payloadMinimums: [UInt8: Int] = [:]) {
        precondition(payloadLimits.count < Int(Self.absent))
        self.magic = magic
        self.version = version
        let types = payloadLimits.keys.sorted()
        payloadRanges = types.map { (payloadMinimums[$0] ?? 0)...payloadLimits[$0]! }
        places = (0...UInt8.max).map { type in types.firstIndex(of: type).map { UInt8($0) } ?? Self.absent }
    }

    /// How long a payload may be; nil where the type does not exist.
    package func payloadRange(ofType type: UInt8) -> ClosedRange<Int>? {
        let place = places[Int(type)]
        return place == Self.absent ? nil : payloadRanges[Int(place)]
    }
}
