/// Why a card says no: the codes of gNOI's `os.Install`, and those that flash adds.
package enum RefusalCode: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    /// The image is for another type of card, or another hardware revision.
    case incompatible = 1
    /// The image does not fit an instance.
    case tooLarge = 2
    case parseFail = 3
    /// The digest of what is in flash is not the manifest's.
    case integrityFail = 4
    /// Another CE, or another connection, downloads to this card.
    case inProgress = 5
    case unexpectedSwitchover = 6
    case noMemory = 7
    /// No such instance, or it holds no valid image.
    case notFound = 8
    case timeout = 9
    /// The flash cannot be erased, programmed or read where it must.
    case flashFailed = 10
    /// The image is older than the one that is committed.
    case downgrade = 11
    /// No signature of the manifest counts on this card.
    case untrusted = 12
    /// The manifest has expired.
    case expired = 13

    package var description: String {
        switch self {
        case .incompatible: "INCOMPATIBLE"
        case .tooLarge: "TOO_LARGE"
        case .parseFail: "PARSE_FAIL"
        case .integrityFail: "INTEGRITY_FAIL"
        case .inProgress: "IN_PROGRESS"
        case .unexpectedSwitchover: "UNEXPECTED_SWITCHOVER"
        case .noMemory: "NO_MEMORY"
        case .notFound: "NOT_FOUND"
        case .timeout: "TIMEOUT"
        case .flashFailed: "FLASH_FAILED"
        case .downgrade: "DOWNGRADE"
        case .untrusted: "UNTRUSTED"
        case .expired: "EXPIRED"
        }
    }
}
