/// How the links between a CE and its cards are guarded.
package enum LinkSecurity: String, Codable, Sendable, CaseIterable {
    /// Mutual TLS 1.3 (section 9 of the card protocol).
    case tls
    /// Not at all: whoever reaches a card may write its flash.
    case clear
}
