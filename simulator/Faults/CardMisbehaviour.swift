/// What a card's software does wrong on purpose; the default is nothing.
package struct CardMisbehaviour: Equatable, Sendable {
    package enum Refusal: Equatable, Sendable {
        /// The image is found faulty.
        case image
        case busy
        case memory
    }

    /// What the card says it is, in place of the truth.
    package var claimedType: String?
    /// A download is refused.
    package var refusal: Refusal?
    /// The digest of what is in flash is found wrong.
    package var failsDigest = false
    /// The reply to such a request is lost with its connection, once the request is carried out.
    package var lostReply: LostReply?
    /// An image on trial dies before it serves.
    package var failsToBoot = false
    /// The program that answers on trial is the old one.
    package var bootsOld = false
    package var replyDelay = Duration.zero
    /// Nothing is said any more.
    package var isSilent = false
    /// By what everything that the card does takes longer.
    package var slowness = 1.0

    package enum LostReply: String, CaseIterable, Sendable {
        case hello, start, end, activate, commit, rollback, abort
    }

    package init() {}

    package static let none = CardMisbehaviour()
}
