import CardProtocol
import LineCard

/// The frame types by which a card process and its simulator meet. The frames are built as the card link's are.
enum RendezvousFrame: UInt8, CaseIterable, Sendable {
    // From the card.
    case announce = 0x01
    case ready = 0x02
    case failed = 0x03
    // From the simulator.
    case settings = 0x81

    /// The longest path that Linux takes (PATH_MAX, limits.h), 1,664 bytes for the faults of a flash (13 for each of 64 blocks and
    /// 64 pages), 400 for keys and a revision, the card's credentials, and 1,400 bytes for everything else.
    static let settingsBytes = 4096 + 1664 + 400 + 3 * (CardSettings.maximumCredentialBytes + 2) + 1400
    /// Two texts, and numbers.
    static let controlBytes = 600

    /// Magic `RV`, version 1.
    static let format = FrameFormat(
        magic: 0x5256, version: 1,
        payloadLimits: Dictionary(
            uniqueKeysWithValues: allCases.map { ($0.rawValue, $0 == .settings ? settingsBytes : controlBytes) }))
}
