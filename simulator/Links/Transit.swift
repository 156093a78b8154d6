import Runtime
import SharedBytes

/// What is under way in one direction of a linked connection: bytes in order, in parts that arrive each at its instant, and
/// how the stream ends.
///
/// A plain value without tasks; its bounds are the capacity in bytes and the number of parts.
struct Transit {
    /// How the stream ends after its last byte.
    enum Ending: Equatable {
        case finished
        case failed(ConnectionError)
    }

    /// Bytes that go together: a copy, or where they are.
    enum Piece {
        case own([UInt8])
        case shared(SharedBytes)

        var count: Int {
            switch self {
            case .own(let bytes): bytes.count
            case .shared(let shared): shared.count
            }
        }

        func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
            switch self {
            case .own(let bytes): bytes.withUnsafeBytes(body)
            case .shared(let shared): body(shared.bytes)
            }
        }
    }

    private struct Part {
        var piece: Piece
        var arrival: Instant
    }

    /// More parts than this are not taken, so that single bytes cannot make the list a thousand times as large as its content.
    static let partLimit = 4096

    let capacityBytes: Int
    /// How much is carried as one part. Room for less is not offered to who waits for room: else the parts get ever smaller,
    /// and each costs a timer (2,000 for 16 MiB at 100 Mbit/s in place of 500).
    let partBytes: Int
    /// Each with one piece: those of one part follow each other, and arrive together.
    private var parts: [Part] = []
    /// Parts before this index are delivered; of that part, bytes before `offset`.
    private var first = 0
    private var offset = 0
    private(set) var count = 0
    private(set) var ending: (kind: Ending, arrival: Instant)?

    init(on line: LinkDirection) {
        capacityBytes = line.capacityBytes
        partBytes = line.partBytes
        assert(partBytes <= capacityBytes, "a link that has no room for one part carries nothing")
    }

    /// How many bytes are taken now.
    var room: Int {
        ending == nil && parts.count - first < Self.partLimit ? capacityBytes - count : 0
    }

    /// Whether a whole part is taken now.
    var hasRoomForPart: Bool { room >= partBytes }

    /// When the next part, or the end, arrives; nil when nothing is under way.
    var nextArrival: Instant? {
        first < parts.count ? parts[first].arrival : ending?.arrival
    }

    /// Whether a part, or the end, has arrived.
    func hasArrived(at now: Instant) -> Bool {
        guard let nextArrival else { return false }
        return nextArrival <= now
    }

    /// How the stream ended, once that has arrived and all bytes before it are taken.
    func arrivedEnding(at now: Instant) -> Ending? {
        guard count == 0, let ending, ending.arrival <= now else { return nil }
        return ending.kind
    }

    mutating func append(_ bytes: [UInt8], arrival: Instant) {
        append(.own(bytes), arrival: arrival)
    }

    mutating func append(_ piece: Piece, arrival: Instant) {
        guard piece.count > 0 else { return }
        precondition(piece.count <= room, "more bytes under way than the link has room for")
        count += piece.count
        if case .own(let bytes) = piece, first < parts.count, parts[parts.count - 1].arrival == arrival,
            case .own(var before) = parts[parts.count - 1].piece
        {
            // To be changed in place.
            parts[parts.count - 1].piece = .own([])
            before.append(contentsOf: bytes)
            parts[parts.count - 1].piece = .own(before)
        } else {
            parts.append(Part(piece: piece, arrival: arrival))
        }
    }

    /// Ends the stream, not before its last byte; the first end counts.
    mutating func end(_ kind: Ending, arrival: Instant) {
        guard ending == nil else { return }
        ending = (kind, max(arrival, first < parts.count ? parts[parts.count - 1].arrival : arrival))
    }

    /// Lets `deliver` look at the arrived part that is next, and removes as many bytes as it says it took.
    ///
    /// - Returns: what `deliver` took; nil when nothing has arrived.
    mutating func deliverNext<Failure>(
        at now: Instant, _ deliver: (UnsafeRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int? {
        guard first < parts.count, parts[first].arrival <= now else { return nil }
        let outcome = parts[first].piece.withBytes { bytes -> Result<Int, Failure> in
            do throws(Failure) {
                return .success(try deliver(UnsafeRawBufferPointer(rebasing: bytes[offset...])))
            } catch {
                return .failure(error)
            }
        }
        let taken = try outcome.get()
        remove(taken)
        return taken
    }

    /// Takes shared bytes that have arrived; nil when others come first.
    mutating func takeShared(upTo limit: Int, at now: Instant) -> SharedBytes? {
        guard limit > 0, first < parts.count, parts[first].arrival <= now, case .shared(let shared) = parts[first].piece
        else {
            return nil
        }
        let taken = shared[offset..<min(offset + limit, shared.count)]
        remove(taken.count)
        return taken
    }

    /// Removes bytes of the first part.
    private mutating func remove(_ taken: Int) {
        offset += taken
        count -= taken
        if offset == parts[first].piece.count { removeFirstPart() }
    }

    /// Takes what has arrived, up to the size of `target`; shared bytes only where they come first.
    mutating func take(into target: UnsafeMutableRawBufferPointer, at now: Instant) -> Int {
        var filled = 0
        while filled < target.count {
            if filled > 0, first < parts.count, case .shared = parts[first].piece { break }
            let taken = deliverNext(at: now) { part -> Int in
                let bytes = part.prefix(target.count - filled)
                UnsafeMutableRawBufferPointer(rebasing: target[filled...]).copyBytes(from: bytes)
                return bytes.count
            }
            guard let taken else { break }
            filled += taken
        }
        return filled
    }

    /// Forgets all bytes under way: nobody will take them.
    mutating func discard() {
        parts = []
        first = 0
        offset = 0
        count = 0
    }

    private mutating func removeFirstPart() {
        offset = 0
        parts[first].piece = .own([])
        first += 1
        if first == parts.count || first >= 64 && first >= parts.count / 2 {
            parts.removeFirst(first)
            first = 0
        }
    }
}
