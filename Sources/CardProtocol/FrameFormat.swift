/// What tells one framed protocol from another: its magic, its version, and how long a payload of each type may be.
package struct FrameFormat: Sendable {
    package let magic: UInt16
    package let version: UInt8
    /// The longest payload of each type, in bytes; nil where the type does not exist.
    private let payloadLimits: [Int?]
    /// The shortest payload of each type, in bytes.
    private let payloadMinimums: [Int]

    /// - Parameter payloadMinimums: for types whose reader splits the payload before it decodes it; 0 where there is none.
    package init(magic: UInt16, version: UInt8, payloadLimits: [UInt8: Int], payloadMinimums: [UInt8: Int] = [:]) {
        self.magic = magic
        self.version = version
        self.payloadLimits = (0...255).map { payloadLimits[$0] }
        self.payloadMinimums = (0...255).map { payloadMinimums[$0] ?? 0 }
    }

    package func payloadLimit(ofType type: UInt8) -> Int? {
        payloadLimits[Int(type)]
    }

    package func payloadMinimum(ofType type: UInt8) -> Int {
        payloadMinimums[Int(type)]
    }
}
