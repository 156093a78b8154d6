/// Finds the frames in a stream: those of the card protocol, and the records of TLS that carry them.
///
/// A plain value. It follows the stream from its beginning, so that faults of frames can begin at any time.
struct FrameCutter {
    struct Chunk: Equatable {
        var bytes: [UInt8]
        /// It is a whole frame; else a part of the stream that goes on as it is.
        var isFrame: Bool
    }

    /// What has come of the current frame's head, until its length is known.
    private var head: [UInt8] = []
    /// What is to come of the current frame behind that.
    private var left = 0
    /// What of the current frame was kept back, to be given whole.
    private var kept: [UInt8] = []
    /// The current frame was given on in part.
    private var isTorn = false

    /// The card protocol's head has 20 bytes with the payload's length at 8 (docs/card-protocol.md); a TLS record's has 5 with the
    /// length at 3 (RFC 8446, section 5.1).
    private static func frameBytes(_ head: [UInt8]) -> Int? {
        guard let first = head.first else { return nil }
        if (20...24).contains(first) {
            return head.count < 5 ? nil : 5 + Int(head[3]) << 8 + Int(head[4])
        }
        guard head.count >= 20 else { return nil }
        return 20 + head[8..<12].reduce(0) { $0 << 8 | Int($1) }
    }

    /// - Parameter wholeFrames: give frames whole; else bytes as they come.
    mutating func cut(_ bytes: [UInt8], wholeFrames: Bool) -> [Chunk] {
        var chunks: [Chunk] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let isAtStart = head.isEmpty && left == 0
            if isAtStart { isTorn = !wholeFrames }
            let part = follow(&rest)
            let isAtEnd = head.isEmpty && left == 0
            if isTorn {
                chunks.append(Chunk(bytes: kept + part, isFrame: false))
                kept = []
            } else {
                kept += part
                // Kept back no longer, in the middle of a frame, when frames do not matter any more.
                if isAtEnd || !wholeFrames {
                    chunks.append(Chunk(bytes: kept, isFrame: isAtEnd))
                    kept = []
                    isTorn = !isAtEnd
                }
            }
        }
        return chunks
    }

    /// Takes bytes up to the current frame's end at most.
    private mutating func follow(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        var taken: [UInt8] = []
        while left == 0, !rest.isEmpty {
            let byte = rest.removeFirst()
            head.append(byte)
            taken.append(byte)
            if let frameBytes = Self.frameBytes(head) {
                left = frameBytes - head.count
                head = []
                if left <= 0 {
                    left = 0
                    return taken
                }
            }
        }
        let count = min(left, rest.count)
        taken += rest.prefix(count)
        rest = rest.dropFirst(count)
        left -= count
        return taken
    }
}
