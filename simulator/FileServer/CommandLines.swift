/// Cuts what a client sends into command lines (RFC 959, section 5.3), without its Telnet controls.
///
/// A plain value. Whoever feeds it takes all lines before it adds more, so that it never holds more than one line and one
/// addition.
package struct CommandLines: Sendable {
    /// The longest line, without its end: a path of 255 bytes (NAME_MAX) in a few folders, and a verb.
    package static let lineLimitBytes = 1024

    package enum Item: Equatable, Sendable {
        /// A line without its end. May hold any byte, also NUL.
        case line([UInt8])
        /// A line that was longer than the limit, and was thrown away.
        case tooLong
    }

    /// Where in a Telnet command (RFC 854) the stream is. A client sends them before ABOR; urgent data may have lost a byte.
    private enum Telnet {
        case outside
        case afterIAC
        case option
    }

    private static let interpretAsCommand: UInt8 = 255
    private static let commands: ClosedRange<UInt8> = 240...250
    private static let commandsWithOption: ClosedRange<UInt8> = 251...254

    private var input: [UInt8] = []
    private var next = 0
    private var line: [UInt8] = []
    private var isTooLong = false
    private var telnet = Telnet.outside

    package init() {}

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        input.removeFirst(next)
        next = 0
        input.append(contentsOf: bytes)
    }

    /// The next line that is complete.
    package mutating func nextItem() -> Item? {
        while next < input.count {
            let byte = input[next]
            next += 1
            guard isText(byte) else { continue }
            guard byte == UInt8(ascii: "\n") else {
                // One more than the limit, for the carriage return.
                if line.count <= Self.lineLimitBytes { line.append(byte) } else { isTooLong = true }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            let item = isTooLong || line.count > Self.lineLimitBytes ? Item.tooLong : .line(line)
            line = []
            isTooLong = false
            return item
        }
        return nil
    }

    private mutating func isText(_ byte: UInt8) -> Bool {
        switch telnet {
        case .outside:
            guard byte == Self.interpretAsCommand else { return true }
            telnet = .afterIAC
            return false
        case .afterIAC:
            telnet = Self.commandsWithOption.contains(byte) ? .option : .outside
            // Any other byte: the command itself was urgent data and did not come with the stream.
            return byte < Self.commands.lowerBound
        case .option:
            telnet = .outside
            return false
        }
    }
}
