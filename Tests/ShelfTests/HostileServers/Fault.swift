import Foundation

/// What is wrong with one reply of a server, whatever the protocol.
enum Fault: Equatable, Sendable {
    case none
    /// It comes after so many milliseconds.
    case delayed(Int)
    /// Byte by byte, each in a packet of its own.
    case torn
    /// With a text of so many bytes.
    case oversize(Int)
    /// Line after line, without an end.
    case endless
    /// In several lines.
    case lines
    case repeated(Int)
    /// Together with the answers to what was not asked yet.
    case early(String)
    /// With bytes that are no ASCII, and no UTF-8 either.
    case nonASCII
    /// With what would move a terminal's cursor, or set its title.
    case controls
    case nul
    /// It never comes.
    case silent
    case closed
    case reset
    /// Another reply in its place.
    case other(String)
    /// Nothing that the protocol knows.
    case garbage
}

extension Wire {
    /// Writes a reply of one line, spoilt.
    ///
    /// - Returns: false when the conversation is over.
    func say(_ reply: String, _ fault: Fault) -> Bool {
        let text = Array(reply.utf8)
        let code = text.prefix(3)
        switch fault {
        case .none: return write(reply + "\r\n")
        case .delayed(let milliseconds):
            usleep(UInt32(milliseconds) * 1000)
            return write(reply + "\r\n")
        case .torn:
            for byte in reply.utf8 + Array("\r\n".utf8) {
                guard write([byte]) else { return false }
                usleep(300)
            }
            return true
        case .oversize(let count):
            return write(text + [0x20] + [UInt8](repeating: UInt8(ascii: "x"), count: count) + [13, 10])
        case .endless:
            let line = code + Array("-and so on and so on\r\n".utf8)
            while write(line) {}
            return false
        case .lines: return write(String(reply.prefix(3)) + "-one\r\n two\r\n" + reply + "\r\n")
        case .repeated(let count):
            return write(String(repeating: reply + "\r\n", count: count))
        case .early(let more): return write(reply + "\r\n" + more)
        case .nonASCII: return write(text + [0x20, 0xE9, 0xFF, 0xC3, 0x28, 0x80] + [13, 10])
        case .controls: return write(text + Array(" \u{1B}[2J\u{1B}]0;owned\u{7}\u{8}\u{8}".utf8) + [13, 10])
        case .nul: return write(text + [0x20, 0, 0x41, 0] + [13, 10])
        case .silent:
            hold()
            return false
        case .closed: return false
        case .reset:
            reset()
            return false
        case .other(let other): return write(other + "\r\n")
        case .garbage:
            return write((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 167 | 0x80) } + [13, 10])
        }
    }
}
