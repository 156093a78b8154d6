/// The waits and buffers of every conversation with a card, each with its reason.
package enum ConversationLimits {
    /// Until a card's TCP connection stands. A card that is there answers within a round trip.
    package static let connect: Duration = .seconds(3)
    /// Until a card says who it is.
    package static let hello: Duration = .seconds(5)
    /// How often the deadlines are looked at: one watch for all cards costs less than a timer for every wait.
    package static let watchPeriod: Duration = .milliseconds(250)
    /// What is kept of a card's replies that were not read yet: they are small.
    package static let receiveBufferBytes = 16 << 10
}
