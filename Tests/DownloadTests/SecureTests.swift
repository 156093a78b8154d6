import Certificates
import Download
import Reports
import Runtime
import TLS
import Testing

/// Whole downloads over secure links, in virtual time.
@Suite struct SecureTests {
    /// A shelf whose cards and CE trust each other.
    private static func bench(
        _ count: Int, _ spoil: (inout [Occupant], CertificateAuthority) throws -> Void = { _, _ in }
    ) throws -> DownloadBench {
        let authority = try CertificateAuthority()
        var occupants: [Occupant] = []
        for slot in 1...count { occupants.append(try card(authority, slot)) }
        try spoil(&occupants, authority)
        var bench = DownloadBench(occupants)
        bench.credentials = try authority.credentials(for: PeerName(.ce, "bench"))
        return bench
    }

    private static func card(_ authority: CertificateAuthority, _ slot: Int) throws -> Occupant {
        .card(try options(authority.credentials(for: PeerName(.card, DownloadBench.serialNumber(slot)))))
    }

    private static func options(_ credentials: TLSCredentials?) -> CardOptions {
        var options = CardOptions()
        options.credentials = credentials
        return options
    }

    /// Certificates and keys are others in each run; what happens, and when, is not.
    @Test(arguments: [1, 7]) func aShelfGetsItsImageTheSameWayEveryTime(seed: UInt64) throws {
        var traces: [TraceHash] = []
        for _ in 0..<2 {
            var bench = try Self.bench(5)
            bench.seed = seed
            let ending = try bench.run()
            #expect(ending.outcomes == Array(repeating: .success, count: 5))
            #expect(ending.result.elapsed.seconds <= 1.02 * (try bench.flashTime()).seconds)
            traces.append(ending.trace)
        }
        #expect(traces[0] == traces[1])
    }

    /// Over links with rate and latency the bytes of the handshake take their time.
    @Test(arguments: [DownloadMode.parallel, .serial, .serialPipelined]) func everyModeIsSecure(mode: DownloadMode)
        throws
    {
        var bench = try Self.bench(3)
        bench.mode = mode
        #expect(try bench.run().outcomes == [.success, .success, .success])
    }

    /// What stands in slot 2, and what the CE says of it.
    private static let wrongCards: [(reason: String, make: @Sendable (CertificateAuthority) throws -> Occupant)] = [
        (
            "securing the connection: the card's certificate is not from a trusted authority",
            { _ in try card(CertificateAuthority(), 2) }
        ),
        (
            "securing the connection: the card's certificate expired at 20",
            { authority in
                let request = CertificateRequest(
                    names: [PeerName(.card, "SN-2")], use: .card, validity: Validity(from: -900, to: -60))
                return .card(options(try authority.issue(request)))
            }
        ),
        (
            "securing the connection: the card's certificate is that of SN-3, and SN-2 was expected",
            { try card($0, 3) }
        ),
        (
            "securing the connection: the card closed the connection during the TLS handshake; does it expect link_security: clear?",
            { _ in .card(options(nil)) }
        ),
        (
            "securing the connection: no TLS handshake within 5.0 seconds; the card speaks too slowly",
            { _ in .scripted { try await $0.sleep() } }
        ),
    ]

    @Test(arguments: wrongCards.indices) func aCardThatCannotBeTrustedEndsAlone(index: Int) throws {
        let wrong = Self.wrongCards[index]
        let ending = try Self.bench(4) { occupants, authority in occupants[1] = try wrong.make(authority) }.run()
        #expect(ending.outcomes == [.success, .failed, .success, .success])
        let reason = ending.result.cards[1].reason ?? ""
        #expect(reason.hasPrefix(wrong.reason), "\(reason)")
    }

    /// The certificate is right, and the card says that it is another one.
    @Test func aCardThatContradictsItsCertificateIsRefused() throws {
        let authority = try CertificateAuthority()
        let stolen = try authority.credentials(for: PeerName(.card, "SN-1"))
        let context = try TLSContext(stolen, of: .card)
        var bench = DownloadBench([
            .scripted { peer in
                let secured = try await TLSConnection.secured(peer.connection, by: context, loop: peer.loop)
                try await CardPeer(secured, slot: 1, loop: peer.loop).behave()
            }
        ])
        bench.credentials = try authority.credentials(for: PeerName(.ce, "bench"))
        let ending = try bench.run()
        #expect(ending.outcomes == [.failed])
        #expect(
            ending.result.cards[0].reason
                == "the card says that its serial number is SCRIPT-1; its certificate says SN-1")
    }

    @Test func aCEThatSpeaksClearTextGetsNowhere() throws {
        var bench = try Self.bench(2)
        bench.credentials = nil
        let ending = try bench.run()
        #expect(ending.outcomes == [.failed, .failed])
        #expect(
            ending.result.cards[0].reason
                == "hello: the peer closed the connection early; is link_security the same on both sides?")
    }

    @Test func aCEThatTheCardsDoNotTrustHearsSo() throws {
        var bench = try Self.bench(2)
        let other = try CertificateAuthority().credentials(for: PeerName(.ce, "bench"))
        let own = bench.credentials!
        bench.credentials = TLSCredentials(authority: own.authority, certificate: other.certificate, key: other.key)
        let ending = try bench.run()
        #expect(ending.outcomes == [.failed, .failed])
        #expect(
            ending.result.cards[0].reason
                == "hello: the card does not accept the CE's certificate (unknown CA); its log says why")
    }

    /// Its connections break again and again, and each time it proves anew who it is.
    @Test func aCEThatIsEndedGoesOnOverNewSessions() throws {
        var bench = try Self.bench(3)
        bench.image = TestImage(byteCount: 2 << 20)
        bench.kills = [.milliseconds(1500), .milliseconds(1500)]
        let ending = try bench.run()
        #expect(ending.outcomes == [.success, .success, .success], "\(ending.result.cards.map(\.reason))")
    }
}
