/// The card protocol's frame types and limits, as `docs/card-protocol.md` has them.
package enum CardFrame: UInt8, CaseIterable, Sendable {
    // From the CE.
    case hello = 0x01
    case startDownload = 0x02
    case section = 0x03
    case endDownload = 0x04
    case abort = 0x05
    case readImage = 0x06
    case activate = 0x07
    case commit = 0x08
    case rollBack = 0x09
    // From the card.
    case identity = 0x81
    case downloadStarted = 0x82
    case acknowledgement = 0x83
    case downloadResult = 0x84
    case aborted = 0x85
    case imageData = 0x86
    case activating = 0x87
    case committed = 0x88
    case rollingBack = 0x89
    case refusal = 0xFF

    /// The most bytes of the image in one section: what a card must be able to take at once.
    package static let maximumSectionBytes = 64 << 10
    /// The most bytes of any payload that carries no part of the image.
    package static let controlPayloadBytes = 2048
    /// The offset in front of a section's bytes.
    package static let sectionOffsetBytes = 8

    package var payloadLimitBytes: Int {
        switch self {
        case .section, .imageData: Self.sectionOffsetBytes + Self.maximumSectionBytes
        default: Self.controlPayloadBytes
        }
    }

    /// A section and image data have an offset and at least one byte.
    package var payloadMinimumBytes: Int {
        switch self {
        case .section, .imageData: Self.sectionOffsetBytes + 1
        default: 0
        }
    }

    /// Magic `LC`, version 1.
    package static let format = FrameFormat(
        magic: 0x4C43, version: 1,
        payloadLimits: Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.payloadLimitBytes) }),
        payloadMinimums: Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.payloadMinimumBytes) }))
}
