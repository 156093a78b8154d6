import Runtime
import TLS
import Testing

/// Two sessions mouth to mouth: no loop, no transport.
@Suite struct SessionTests {
    @Test(arguments: [1, 2, 5, 100, Int.max]) func twoSidesThatTrustEachOtherTalk(pieceBytes: Int) throws {
        let both = try MouthToMouth(Parties.pair(), expecting: Parties.serialNumber, pieceBytes: pieceBytes)
        let outcome = both.shakeHands()
        #expect(outcome.card == nil && outcome.ce == nil)
        #expect(both.card.peer == Parties.ceName && both.ce.peer == Parties.cardName)
        for text in [sample(1), sample(16384), sample(16385), sample(50_000)] {
            try both.say(text, both.ce)
            #expect(try both.read(both.card, from: both.ce) == text)
            try both.say(text, both.card)
            #expect(try both.read(both.ce, from: both.card) == text)
        }
    }

    @Test func aSectionAndItsHeaderGoInOneWrite() throws {
        let both = try MouthToMouth(Parties.pair())
        _ = both.shakeHands()
        let (head, body) = (sample(28), sample(65536))
        try head.withUnsafeBytes { head in try body.withUnsafeBytes { try both.ce.write(head, $0) } }
        #expect(both.ce.unsent.count == 28 + 65536 + 5 * TLSLimits.recordOverheadBytes)
        #expect(try both.read(both.card, from: both.ce) == head + body)
    }

    @Test func theEndOfTheStreamIsWhatThePeerSaysItIs() throws {
        let both = try MouthToMouth(Parties.pair())
        _ = both.shakeHands()
        try both.say(sample(3), both.ce)
        both.ce.sayGoodbye()
        #expect(try both.read(both.card, from: both.ce) == sample(3))
        both.card.receiveEnd()
        #expect(try both.read(both.card, from: both.ce) == nil)
        // The other direction is open still.
        try both.say(sample(5), both.card)
        #expect(try both.read(both.ce, from: both.card) == sample(5))
    }

    @Test func aStreamThatIsCutOffIsAnErrorAfterWhatCame() throws {
        let both = try MouthToMouth(Parties.pair())
        _ = both.shakeHands()
        try both.say(sample(3), both.ce)
        #expect(try both.read(both.card, from: both.ce) == sample(3))
        both.card.receiveEnd()
        let error = #expect(throws: TLSError.self) { try both.read(both.card, from: both.ce) }
        #expect(error == .cutOff(.ce, inHandshake: false))
        #expect(error?.description.contains("no close_notify") == true)
        // It stays so: libssl is not asked again.
        #expect(throws: TLSError.cutOff(.ce, inHandshake: false)) { try both.say([1], both.card) }
    }

    @Test(arguments: [1, 5, 300]) func aHandshakeThatIsCutOffIsAnError(bytes: Int) throws {
        let both = try MouthToMouth(Parties.pair(), pieceBytes: bytes)
        #expect(try both.ce.handshake() == .needsInput)
        both.carry(from: both.ce, to: both.card)
        both.card.receiveEnd()
        #expect(throws: TLSError.cutOff(.ce, inHandshake: true)) {
            while try both.card.handshake() == .done {}
            _ = try both.card.handshake()
        }
    }

    /// Every byte of a record is covered: its header, its text, its tag.
    @Test func oneChangedByteAnywhereIsFound() throws {
        let length = 3 + TLSLimits.recordOverheadBytes
        for position in 0..<length where position != 3 && position != 4 {
            let both = try MouthToMouth(Parties.pair())
            _ = both.shakeHands()
            try both.say(sample(3), both.ce)
            var record = Array(both.ce.unsent)
            #expect(record.count == length)
            record[position] ^= 1
            #expect(record.withUnsafeBytes { both.card.receive($0) } == length)
            let error = #expect(throws: TLSError.self) { try both.read(both.card, from: both.card) }
            guard case .broken(.ce, _) = error else {
                Issue.record("byte \(position): \(String(describing: error))")
                continue
            }
        }
    }

    /// A record may announce at most 2^14 + 256 bytes (RFC 8446 section 5.2).
    @Test func anOversizedRecordIsRefusedByItsHeader() throws {
        let both = try MouthToMouth(Parties.pair())
        _ = both.shakeHands()
        let header: [UInt8] = [23, 3, 3, 0xFF, 0xFF]
        _ = header.withUnsafeBytes { both.card.receive($0) }
        let error = #expect(throws: TLSError.self) { try both.read(both.card, from: both.card) }
        guard case .broken = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["PD\u{1}\u{1}hello hello hello", "GET / HTTP/1.1\r\n\r\n", "USER anonymous\r\n"])
    func clearTextIsRefusedByItsFirstBytes(text: String) throws {
        let card = TLSSession(try Parties.pair().contexts().card)
        _ = Array(text.utf8).withUnsafeBytes { card.receive($0) }
        let error = #expect(throws: TLSError.self) { try card.handshake() }
        #expect(error == .notTLS(.ce))
        #expect(error?.description.contains("link_security: clear") == true)
    }

    /// The virtual clock needs it: an emulated link takes as long for the same talk in every run.
    @Test func howLongEverythingIsDoesNotDependOnChance() throws {
        func lengths() throws -> [Int] {
            let both = try MouthToMouth(Parties.pair())
            var lengths: [Int] = []
            for _ in 0..<3 {
                _ = try? both.ce.handshake()
                lengths.append(both.carry(from: both.ce, to: both.card))
                _ = try? both.card.handshake()
                lengths.append(both.carry(from: both.card, to: both.ce))
            }
            return lengths
        }
        let first = try lengths()
        #expect(first.reduce(0, +) > 1000)
        for _ in 0..<20 { #expect(try lengths() == first) }
    }
}
