/// What was read back from one card, for the pool or for cards that caught up.
package struct DonorReport: Codable, Equatable, Sendable {
    package var slot: Int
    /// The image's bytes that it gave and that were right.
    package var bytes: UInt64
    /// Why it was left, if it was: it did not answer, or gave something else.
    package var complaint: String?
    /// It gave something else than the image, and was asked no more.
    package var isDistrusted: Bool

    package init(slot: Int, bytes: UInt64, complaint: String?, isDistrusted: Bool) {
        self.slot = slot
        self.bytes = bytes
        self.complaint = complaint
        self.isDistrusted = isDistrusted
    }

    enum CodingKeys: String, CodingKey {
        case slot, bytes, complaint
        case isDistrusted = "distrusted"
    }
}
