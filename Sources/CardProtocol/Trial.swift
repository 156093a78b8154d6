/// An image that runs without being committed: without a commit in time the card returns to the committed one by itself.
package struct Trial: Equatable, Sendable {
    /// The one that runs: 0 or 1.
    package var instance: UInt8
    /// Until the card returns, in seconds, rounded up.
    package var secondsLeft: UInt32
    /// How often the card boots this image again, should it restart before it is committed.
    package var attemptsLeft: UInt8

    package init(instance: UInt8, secondsLeft: UInt32, attemptsLeft: UInt8) {
        self.instance = instance
        self.secondsLeft = secondsLeft
        self.attemptsLeft = attemptsLeft
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(instance)
        writer.integer(secondsLeft)
        writer.integer(attemptsLeft)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        instance = try reader.instance()
        secondsLeft = try reader.integer()
        attemptsLeft = try reader.integer()
    }
}
