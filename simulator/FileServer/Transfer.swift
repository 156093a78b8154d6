import Faults
import Runtime

/// One transfer: what is sent, and on which connection.
struct Transfer: Sendable {
    /// What one pread(2) takes: one block as the engine fetches it, so that a system call costs little a byte, and what
    /// a transfer holds of a file in memory.
    static let pieceBytes = 64 << 10
    /// What the kernel may hold unsent (SO_SNDBUF; it doubles it): two pieces, so that a client that stops reading stops
    /// the server after that much; with less than two, delayed acknowledgements cost 40 ms each.
    static let sendBufferBytes = 64 << 10
    /// Pieces sent without a pause to a client that keeps up, until other clients get their turn.
    static let piecesPerTurn = 16

    enum Source: Sendable {
        case file(ServedFile, from: UInt64, name: String)
        case listing([UInt8])
    }

    let source: Source
    let data: any Connection
    /// By whom it is spoiled, and as which transfer; nil before it has begun, and for a listing.
    private var place: (conduct: ServerConduct, number: Int)?
    /// The file was another one when the transfer began.
    private var isOfOtherImage = false

    init(source: Source, data: any Connection) {
        self.source = source
        self.data = data
    }

    /// The transfer as it is carried out: from here on it counts. Whoever begins it ends it, at the server's conduct.
    func begun(in conduct: ServerConduct) -> Transfer {
        var transfer = self
        let number = conduct.beginTransfer()
        transfer.place = (conduct, number)
        transfer.isOfOtherImage = conduct.faults(of: number).hasOtherImage
        conduct.announce(.phase(.start))
        return transfer
    }

    /// What is wrong with it now.
    var faults: FileServerFaults { place.map { $0.conduct.faults(of: $0.number) } ?? .none }

    /// `nextPiece`, announced before.
    func announcedPiece(
        after sent: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(TransferOutcome) -> UnsafeRawBufferPointer? {
        if case .file(let file, let start, _) = source, let place {
            let offset = start + UInt64(sent)
            if offset < file.byteCount {
                let end = min(offset + UInt64(buffer.count), file.byteCount)
                place.conduct.announce(.bytes(offset..<end, of: file.byteCount))
            }
        }
        return try nextPiece(after: sent, into: buffer)
    }

    /// The next bytes of the source.
    ///
    /// - Parameter sent: how many bytes of it went before.
    /// - Returns: nil at its end.
    func nextPiece(after sent: Int, into buffer: UnsafeMutableRawBufferPointer) throws(TransferOutcome)
        -> UnsafeRawBufferPointer?
    {
        switch source {
        case .file(let file, let start, _):
            return try nextPiece(of: file, at: start + UInt64(sent), into: buffer)
        case .listing(let bytes):
            let count = min(buffer.count, bytes.count - sent)
            guard count > 0 else { return nil }
            buffer.copyBytes(from: bytes[sent..<sent + count])
            return UnsafeRawBufferPointer(rebasing: buffer[..<count])
        }
    }

    private func nextPiece(
        of file: ServedFile, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(TransferOutcome) -> UnsafeRawBufferPointer? {
        let faults = self.faults
        // The size is that of the moment when it was opened: a file that grows is sent up to there.
        let end = min(file.byteCount, faults.cut ?? .max)
        guard offset < end else { return try pieceBehindTheEnd(of: file, at: offset, into: buffer) }
        let due = Int(min(UInt64(buffer.count), end - offset))
        do throws(SystemError) {
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<due]), at: offset)
            guard count > 0 else { throw SystemError(code: 0) }
            if let byte = faults.corruptsAt, (offset..<offset + UInt64(count)).contains(byte) {
                buffer[Int(byte - offset)] ^= 0xFF
            }
            if isOfOtherImage {
                for index in 0..<count { buffer[index] ^= 0xFF }
            }
            return UnsafeRawBufferPointer(rebasing: buffer[..<count])
        } catch {
            throw error.code == 0 ? .fileShrank(at: offset) : .fileUnreadable(error)
        }
    }

    private func pieceBehindTheEnd(
        of file: ServedFile, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(TransferOutcome) -> UnsafeRawBufferPointer? {
        let faults = self.faults
        if let byte = faults.closesAt, byte <= offset { throw .broken }
        if let byte = faults.stallsAt, byte <= offset { throw .stuck }
        guard faults.isEndless, offset >= file.byteCount else { return nil }
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        return UnsafeRawBufferPointer(buffer)
    }
}

/// How a transfer ended.
enum TransferOutcome: Error, Equatable {
    case complete
    /// By the client's ABOR.
    case aborted
    case controlLost
    case dataLost(ConnectionError)
    /// The client took nothing for `FileServerLimits.transferStallTime`.
    case stalled
    case fileShrank(at: UInt64)
    case fileUnreadable(SystemError)
    /// On purpose: the session ends as if the server's process had died, or hangs.
    case broken, stuck

    var reply: Reply {
        switch self {
        case .complete: Reply(226, "Transfer complete")
        case .aborted: Reply(426, "Transfer aborted by the client")
        case .controlLost: Reply(421, "Control connection lost")
        case .dataLost(let error): Reply(426, "Transfer ended: \(error)")
        case .stalled: Reply(426, "Transfer ended: the client took nothing for too long")
        case .fileShrank(let offset):
            Reply(451, "Transfer ended: the file ends at \(offset) and was longer when it was opened")
        case .fileUnreadable(let error): Reply(451, "Transfer ended: the file cannot be read: \(error)")
        case .broken, .stuck: Reply(421, "The server is at fault")
        }
    }
}
