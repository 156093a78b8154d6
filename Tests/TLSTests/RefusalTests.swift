import COpenSSL
import Certificates
import TLS
import Testing

/// Each wrong certificate is refused by the right side, with the right sentence, and the other side hears of it.
@Suite struct RefusalTests {
    /// What each side says in the end.
    private static func sentences(_ pair: Parties.Pair, expecting name: String? = Parties.serialNumber) throws -> (
        card: String, ce: String
    ) {
        let both = try MouthToMouth(pair, expecting: name)
        let outcome = both.shakeHands()
        // Whoever was refused is not believed, either.
        if case .refused = outcome.ce { #expect(both.ce.peer == nil) }
        if case .refused = outcome.card { #expect(both.card.peer == nil) }
        return (outcome.card?.description ?? "fine", outcome.ce?.description ?? "fine")
    }

    @Test func aCardOfAnotherAuthority() throws {
        let said = try Self.sentences(Parties.unknownCard())
        #expect(said.ce.hasPrefix("the card's certificate is not from a trusted authority (unable to get local issuer"))
        #expect(said.card == "the CE does not accept the card's certificate (unknown CA); its log says why")
    }

    @Test func aCEOfAnotherAuthority() throws {
        let said = try Self.sentences(Parties.unknownCE())
        #expect(said.card.hasPrefix("the CE's certificate is not from a trusted authority (unable to get local issuer"))
        #expect(said.ce == "the card does not accept the CE's certificate (unknown CA); its log says why")
    }

    @Test func theCELooksFirst() throws {
        let said = try Self.sentences(Parties.strangers())
        #expect(said.ce.hasPrefix("the card's certificate is not from a trusted authority"))
        #expect(said.card == "the CE does not accept the card's certificate (unknown CA); its log says why")
    }

    @Test func aCardWhoseTimeIsOver() throws {
        let request = CertificateRequest(names: [Parties.cardName], use: .card, validity: Validity(from: -900, to: -60))
        let said = try Self.sentences(Parties.pair(card: request))
        #expect(said.ce.hasPrefix("the card's certificate expired at 20"))
        #expect(said.ce.hasSuffix(" UTC; renew it"))
        #expect(said.card == "the CE does not accept the card's certificate (certificate expired); its log says why")
    }

    @Test func aCEWhoseTimeIsOver() throws {
        let request = CertificateRequest(names: [Parties.ceName], use: .ce, validity: Validity(from: -900, to: -60))
        let said = try Self.sentences(Parties.pair(ce: request))
        #expect(said.card.hasPrefix("the CE's certificate expired at 20"))
        #expect(said.ce == "the card does not accept the CE's certificate (certificate expired); its log says why")
    }

    @Test func aCardWhoseTimeHasNotCome() throws {
        let request = CertificateRequest(names: [Parties.cardName], use: .card, validity: Validity(from: 900, to: 9000))
        let said = try Self.sentences(Parties.pair(card: request))
        #expect(said.ce.hasPrefix("the card's certificate is valid from 20"))
        #expect(said.ce.hasSuffix(" UTC on; look at both clocks"))
        #expect(said.card == "the CE does not accept the card's certificate (bad certificate); its log says why")
    }

    @Test func anotherCardsCertificate() throws {
        let said = try Self.sentences(Parties.pair(), expecting: "SIM-ADSL-00002")
        #expect(
            said.ce
                == "the card's certificate is that of SIM-ADSL-00001, and SIM-ADSL-00002 was expected; look at the slot"
        )
        #expect(said.card == "the CE does not accept the card's certificate (bad certificate); its log says why")
    }

    @Test func aCEsCertificateUsedByACard() throws {
        let authority = try CertificateAuthority()
        let ce = try authority.credentials(for: Parties.ceName)
        // A card's own program would not begin with it: so one with the card's name, and then the use alone.
        #expect(throws: TLSCredentialsError.wrongName(.card)) { try TLSContext(ce, of: .card) }
        let said = try Self.sentences(
            Parties.pair(card: CertificateRequest(names: [Parties.cardName], use: .ce)))
        #expect(
            said.ce
                == "the card's certificate is not for the card (extended key usage); give it one of its own")
        #expect(
            said.card == "the CE does not accept the card's certificate (unsupported certificate); its log says why")
    }

    @Test func aCardsCertificateUsedByACE() throws {
        let card = try CertificateAuthority().credentials(for: Parties.cardName)
        #expect(throws: TLSCredentialsError.wrongName(.ce)) { try TLSContext(card, of: .ce) }
        let said = try Self.sentences(Parties.pair(ce: CertificateRequest(names: [Parties.ceName], use: .card)))
        #expect(said.card == "the CE's certificate is not for the CE (extended key usage); give it one of its own")
        #expect(said.ce == "the card does not accept the CE's certificate (unsupported certificate); its log says why")
    }

    /// Certificates of the same authority that are not one card's, as whoever stole them would use them.
    @Test(arguments: [
        [Parties.ceName], [], [Parties.cardName, Parties.ceName], [Parties.cardName, PeerName(.card, "2")],
    ])
    func aCertificateThatDoesNotNameOneCardIsNoCards(names: [PeerName]) throws {
        let authority = try CertificateAuthority()
        let stolen = try authority.issue(CertificateRequest(names: names, use: nil))
        let ce = TLSSession(try TLSContext(authority.credentials(for: Parties.ceName), of: .ce))
        let said = ForeignPeer(stolen, accepts: true).sentence(of: ce)
        #expect(said == "the card's certificate is not for one card (URI:card:NAME); give it one of its own")
    }

    @Test(arguments: [[Parties.cardName], [], [Parties.cardName, Parties.ceName]])
    func aCertificateThatDoesNotNameACEIsNoCEs(names: [PeerName]) throws {
        let authority = try CertificateAuthority()
        let stolen = try authority.issue(CertificateRequest(names: names, use: nil))
        let card = TLSSession(try TLSContext(authority.credentials(for: Parties.cardName), of: .card))
        let said = ForeignPeer(stolen, accepts: false).sentence(of: card)
        #expect(said == "the CE's certificate is not for one CE (URI:ce:NAME); give it one of its own")
    }

    @Test func aCEsCredentialsUsedByACardAsTheyAre() throws {
        let authority = try CertificateAuthority()
        let ce = TLSSession(try TLSContext(authority.credentials(for: Parties.ceName), of: .ce))
        let said = ForeignPeer(try authority.credentials(for: PeerName(.ce, "shelf 2")), accepts: true).sentence(of: ce)
        #expect(said == "the card's certificate is not for the card (extended key usage); give it one of its own")
    }

    @Test func whoeverShowsNoCertificateIsRefused() throws {
        let card = TLSSession(try Parties.pair().contexts().card)
        #expect(ForeignPeer(nil, accepts: false).sentence(of: card) == "the CE shows no certificate")
    }

    @Test func anOlderTLSIsRefused() throws {
        let pair = try Parties.pair()
        let card = TLSSession(try pair.contexts().card)
        let said = ForeignPeer(pair.ce, accepts: false, version: TLS1_2_VERSION).sentence(of: card)
        #expect(said == "TLS: what came is not what the CE sent: unsupported protocol")
    }

    /// The peer of the other tests is one that ours would take.
    @Test func aForeignPeerWithGoodCredentialsIsTaken() throws {
        let pair = try Parties.pair()
        let ce = TLSSession(try pair.contexts().ce, expecting: Parties.serialNumber)
        #expect(ForeignPeer(pair.card, accepts: true).sentence(of: ce) == "fine")
        let card = TLSSession(try pair.contexts().card)
        #expect(ForeignPeer(pair.ce, accepts: false).sentence(of: card) == "fine")
    }
}
