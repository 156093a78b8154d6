import Runtime
import TLS

/// A card's and a CE's session, whose bytes are carried from one to the other by hand.
final class MouthToMouth {
    let card: TLSSession
    let ce: TLSSession
    /// How many bytes are carried at once.
    private let pieceBytes: Int

    init(_ pair: Parties.Pair, expecting name: String? = nil, pieceBytes: Int = .max) throws {
        let contexts = try pair.contexts()
        card = TLSSession(contexts.card)
        ce = TLSSession(contexts.ce, expecting: name)
        self.pieceBytes = pieceBytes
    }

    struct Outcome {
        var card: TLSError?
        var ce: TLSError?
    }

    /// Shakes hands until both are done, or one has failed and the other has heard why.
    func shakeHands() -> Outcome {
        var outcome = Outcome()
        var isDone = (card: false, ce: false)
        for _ in 0..<100_000 where !(isDone.card && isDone.ce) {
            if !isDone.ce {
                do throws(TLSError) { isDone.ce = try ce.handshake() == .done } catch {
                    (outcome.ce, isDone.ce) = (error, true)
                }
            }
            carry(from: ce, to: card)
            if !isDone.card {
                do throws(TLSError) { isDone.card = try card.handshake() == .done } catch {
                    (outcome.card, isDone.card) = (error, true)
                }
            }
            carry(from: card, to: ce)
        }
        // The CE was done before the card saw its certificate.
        if outcome.ce == nil, outcome.card != nil {
            while !card.unsent.isEmpty { carry(from: card, to: ce) }
            do throws(TLSError) { _ = try read(ce, from: card) } catch { outcome.ce = error }
        }
        return outcome
    }

    /// - Returns: how many bytes were carried.
    @discardableResult
    func carry(from sender: TLSSession, to receiver: TLSSession) -> Int {
        let piece = UnsafeRawBufferPointer(rebasing: sender.unsent.prefix(pieceBytes))
        guard !piece.isEmpty else { return 0 }
        let taken = receiver.receive(piece)
        sender.sent(taken)
        return taken
    }

    /// All that `sender` has said to `reader`, as far as it can be read now; nil: the end.
    func read(_ reader: TLSSession, from sender: TLSSession) throws(TLSError) -> [UInt8]? {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1000)
        while true {
            let result = buffer.withUnsafeMutableBytes { bytes in
                Result { () throws(TLSError) in try reader.read(into: bytes) }
            }
            switch try result.get() {
            case .bytes(let count): text += buffer[..<count]
            case .end: return text.isEmpty ? nil : text
            case .nothingYet: if carry(from: sender, to: reader) == 0 { return text }
            }
        }
    }

    func say(_ text: [UInt8], _ sender: TLSSession) throws {
        try text.withUnsafeBytes { try sender.write($0) }
    }
}

/// Bytes of which no two neighbours in a record are alike.
func sample(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 8) }
}
