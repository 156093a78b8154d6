import Certificates
import Download
import Reports
import Runtime
import TLS
import Testing

/// One card of five does harm, in every way that we could think of: the others do not notice, and it ends with its reason.
@Suite struct HostileCardTests {
    private static let image = TestImage(byteCount: 2 << 20)
    /// Until the last wait for such a card must have ended: its longest, 120 s without progress, and 10 s in which it may come back,
    /// each time.
    private static let patience: Duration = .seconds(200)
    /// What one card may cost the others: the stall budget is 2 % and 20 ms.
    private static let mostSlowdown = 1.02

    private static func bench(_ hostile: Occupant) -> DownloadBench {
        var bench = DownloadBench([.card, hostile, .card, .card, .card])
        bench.image = image
        return bench
    }

    /// How long the four others take where nobody is in the slot.
    private static let calm: Duration = {
        guard let ending = try? bench(.nobody).run() else { return .zero }
        return others(ending)
    }()

    private static func others(_ ending: DownloadBench.Ending) -> Duration {
        [1, 3, 4, 5].map { ending.card($0).elapsed }.max() ?? .zero
    }

    private static func check(_ ending: DownloadBench.Ending, reason: String) {
        #expect(ending.outcomes == [.success, .failed, .success, .success, .success])
        #expect(ending.card(2).reason?.contains(reason) == true, "\(ending.card(2).reason ?? "")")
        let slowdown = others(ending).seconds / calm.seconds
        #expect(slowdown <= mostSlowdown, "the others took \(slowdown) times as long")
        #expect(ending.endedAt <= Instant(sinceStart: patience), "\(ending.endedAt.sinceStart)")
        #expect(ending.source.sessions == 1)
    }

    @Test func thereAreEnoughOfThem() {
        #expect(HostileCard.all.count >= 30)
        #expect(Set(HostileCard.all.map(\.testDescription)).count == HostileCard.all.count)
        #expect(Self.calm > .seconds(1))
    }

    @Test(arguments: HostileCard.all) func oneHostileCardHarmsNobody(hostile: HostileCard) throws {
        Self.check(try Self.bench(.scripted(hostile.script)).run(), reason: hostile.reason)
    }

    // MARK: Over TLS

    /// What such a card does with its transport, holding good credentials.
    struct HostilePeer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: String
        let script: @Sendable (CardPeer, TLSContext) async throws -> Void

        init(
            _ name: String, _ reason: String, _ script: @escaping @Sendable (CardPeer, TLSContext) async throws -> Void
        ) {
            testDescription = name
            self.reason = reason
            self.script = script
        }
    }

    static let hostilePeers = [
        HostilePeer("never shakes hands", "no TLS handshake within 5.0 seconds") { peer, _ in try await peer.sleep() },
        HostilePeer("shakes hands a byte a second", "no TLS handshake within 5.0 seconds") { peer, _ in
            try await peer.drip([22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3], every: .seconds(1))
            try await peer.sleep()
        },
        HostilePeer("answers with noise", "does not speak TLS") { peer, _ in
            let noise = [UInt8](repeating: 0xA5, count: 100_000)
            while true { try await peer.write(noise) }
        },
        HostilePeer("sends an alert", "TLS: the card gives the connection up (handshake failure)") { peer, _ in
            try await peer.write([21, 3, 3, 0, 2, 2, 40])
            try await peer.sleep()
        },
        HostilePeer("closes in the handshake", "closed the connection during the TLS handshake") { peer, _ in
            try await peer.write([22, 3, 3, 0, 122, 2])
        },
        HostilePeer("sends a record that is too long", "TLS: what came is not what the card sent") { peer, context in
            let secured = try await TLSConnection.secured(peer.connection, by: context, loop: peer.loop)
            try await peer.write([23, 3, 3, 0xFF, 0xFF])
            _ = secured
            try await peer.sleep()
        },
        HostilePeer("sends a record that was changed", "TLS: what came is not what the card sent") { peer, context in
            let secured = try await TLSConnection.secured(peer.connection, by: context, loop: peer.loop)
            try await peer.write([23, 3, 3, 0, 32] + [UInt8](repeating: 7, count: 32))
            _ = secured
            try await peer.sleep()
        },
        HostilePeer("cuts the stream off", "the connection was cut off") { peer, context in
            let secured = try await TLSConnection.secured(peer.connection, by: context, loop: peer.loop)
            peer.connection.finishWriting()
            _ = secured
            try await peer.sleep()
        },
        HostilePeer("says nothing over TLS", "hello: nothing from the card for 5 s") { peer, context in
            let secured = try await TLSConnection.secured(peer.connection, by: context, loop: peer.loop)
            try await CardPeer(secured, slot: 2, loop: peer.loop).listenOnly()
        },
    ]

    @Test(arguments: hostilePeers) func oneHostilePeerHarmsNobody(hostile: HostilePeer) throws {
        let authority = try CertificateAuthority()
        func credentials(_ slot: Int) throws -> TLSCredentials {
            try authority.credentials(for: PeerName(.card, DownloadBench.serialNumber(slot)))
        }
        let context = try TLSContext(credentials(2), of: .card)
        var bench = Self.bench(.scripted { try await hostile.script($0, context) })
        bench.credentials = try authority.credentials(for: PeerName(.ce, "bench"))
        for index in [0, 2, 3, 4] {
            var options = CardOptions()
            options.credentials = try credentials(index + 1)
            bench.occupants[index] = .card(options)
        }
        Self.check(try bench.run(), reason: hostile.reason)
    }
}
