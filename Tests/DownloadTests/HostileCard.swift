import CardProtocol
import Runtime
import Testing

/// A card in slot 2 that does harm, and what is said of it in the end.
struct HostileCard: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What it does with each connection.
    let script: @Sendable (CardPeer) async throws -> Void
    /// A part of the reason.
    let reason: String

    init(_ name: String, _ reason: String, _ script: @escaping @Sendable (CardPeer) async throws -> Void) {
        testDescription = name
        self.reason = reason
        self.script = script
    }

    static let all = beforeHello + identities + starts + sections + endings
}

/// Frames as no card of ours builds them.
extension CardPeer {
    /// A frame's bytes.
    ///
    /// - Parameters:
    ///   - announced: the length in the header; nil: the payload's.
    ///   - spoil: changes the finished bytes, after the checksums.
    func frame(
        _ type: UInt8, _ sequence: UInt32, _ payload: [UInt8] = [], announced: Int? = nil,
        spoil: (inout [UInt8]) -> Void = { _ in }
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        let header = FrameHeader(
            type: type, sequence: sequence, payloadBytes: announced ?? payload.count,
            payloadChecksum: payload.withUnsafeBytes { Checksum.of($0) })
        bytes.withUnsafeMutableBytes { header.encode(as: CardFrame.format, into: $0) }
        bytes += payload
        spoil(&bytes)
        return bytes
    }

    func write(_ bytes: [UInt8]) async throws {
        try await connection.writeAll(bytes)
    }

    /// Answers hello by raw bytes, and then says nothing more.
    func answerHello(_ bytes: [UInt8]) async throws {
        _ = try await receive()
        try await write(bytes)
        try await listenOnly()
    }

    /// One byte after the other, with a pause before each.
    func drip(_ bytes: [UInt8], every pause: Duration) async throws {
        for byte in bytes {
            try await loop.sleep(for: pause)
            try await write([byte])
        }
    }

    /// Says the same for ever.
    func repeatForEver(every pause: Duration, _ body: () async throws -> Void) async throws {
        while true {
            try await body()
            try await loop.sleep(for: pause)
        }
    }

    var identityPayload: [UInt8] { CardReply.identity(identity).encodePayload() }
    var identityFrame: [UInt8] { frame(CardFrame.identity.rawValue, 0, identityPayload) }
}

extension HostileCard {
    // MARK: Before it has said who it is

    static let beforeHello = [
        HostileCard("closes at once", "hello: connection lost: Connection reset by peer") { _ in },
        HostileCard("takes nothing and says nothing", "hello: nothing from the card for 5 s") { try await $0.sleep() },
        HostileCard("reads and says nothing", "hello: nothing from the card for 5 s") { try await $0.listenOnly() },
        HostileCard("says a byte a second", "hello: nothing from the card for 5 s") { peer in
            _ = try await peer.receive()
            try await peer.drip(peer.identityFrame, every: .seconds(1))
        },
        HostileCard("closes within its answer", "the peer closed the connection early") { peer in
            _ = try await peer.receive()
            try await peer.write(Array(peer.identityFrame.dropLast(5)))
        },
        HostileCard("speaks HTTP", "hello: not the card protocol: the magic is 0x4854") {
            try await $0.answerHello(Array("HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n\r\n".utf8))
        },
        HostileCard("floods with noise", "hello: not the card protocol: the magic is 0xffff") { peer in
            let noise = [UInt8](repeating: 0xFF, count: 100_000)
            while true { try await peer.write(noise) }
        },
        HostileCard("speaks another version", "hello: protocol version 2 is not known here") { peer in
            try await peer.answerHello(peer.frame(0x81, 0, peer.identityPayload) { $0[2] = 2 })
        },
        HostileCard("has a header that was changed", "hello: a frame's header has a wrong checksum") { peer in
            try await peer.answerHello(peer.frame(0x81, 0, peer.identityPayload) { $0[16] ^= 1 })
        },
        HostileCard("has a payload that was changed", "hello: a frame of type 0x81 has a wrong checksum") { peer in
            try await peer.answerHello(peer.frame(0x81, 0, peer.identityPayload) { $0[25] ^= 1 })
        },
        HostileCard("sends a frame of no type", "hello: frame type 0x7e is not known") {
            try await $0.answerHello($0.frame(0x7E, 0))
        },
        HostileCard("announces four gigabytes", "hello: a frame of type 0x81 announces 4294967295 bytes; the limit is")
        {
            try await $0.answerHello($0.frame(0x81, 0, announced: Int(UInt32.max)))
        },
        HostileCard("announces too little", "hello: a frame of type 0x86 announces 1 bytes; the least is") {
            try await $0.answerHello($0.frame(0x86, 0, [0]))
        },
        HostileCard("begins with frame 7", "hello: frame number 7 came where 0 was due") { peer in
            try await peer.answerHello(peer.frame(0x81, 7, peer.identityPayload))
        },
        HostileCard("sends what only a CE sends", "hello: ") { try await $0.answerHello($0.frame(0x01, 0, [0])) },
        HostileCard("sends a section", "hello: ") { peer in
            try await peer.answerHello(peer.frame(0x86, 0, [UInt8](repeating: 0, count: 4000)))
        },
    ]

    // MARK: Who it says that it is

    static let identities = [
        HostileCard("claims to be another slot", "slot 2 was expected, slot 3") { peer in
            _ = try await peer.receive()
            var identity = peer.identity
            identity.slot = 3
            try await peer.send(.identity(identity))
            try await peer.listenOnly()
        },
        HostileCard("claims to be no slot", "malformed frame: slot 0") { peer in
            try await peer.answerHello(peer.frame(0x81, 0, [0, 0] + peer.identityPayload.dropFirst(2)))
        },
        HostileCard("has an identity that ends early", "malformed frame: the payload ends inside") { peer in
            try await peer.answerHello(peer.frame(0x81, 0, Array(peer.identityPayload.dropLast())))
        },
        HostileCard("has an identity with more behind it", "malformed frame: 1 bytes follow the last field") { peer in
            try await peer.answerHello(peer.frame(0x81, 0, peer.identityPayload + [0]))
        },
        HostileCard("has a name that is no text", "malformed frame: a text is not UTF-8") { peer in
            var payload = peer.identityPayload
            payload[3] = 0xFF
            try await peer.answerHello(peer.frame(0x81, 0, payload))
        },
        HostileCard("replays its identity", "start of the download: frame number 0 came where 1 was due") { peer in
            try await peer.answerHello(peer.identityFrame + peer.identityFrame)
        },
        HostileCard("says who it is twice", "start of the download: unexpected frame: identity") { peer in
            try await peer.answerHello(peer.identityFrame + peer.frame(0x81, 1, peer.identityPayload))
        },
        HostileCard("refuses hello with a forged line", "FAILED") { peer in
            _ = try await peer.receive()
            let text = "no\r\n2026-01-01 FAKE: slot 2: success\u{1B}[2K"
            try await peer.send(.refusal(Refusal(code: .flashFailed, sequence: 0, text: text)))
            try await peer.listenOnly()
        },
    ]
}
