import Certificates
import TLS
import Testing

@Suite struct CredentialsTests {
    private static let garbage = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)

    @Test func eachPartIsNamedWhenItIsUnreadable() throws {
        let good = try Parties.pair().card
        let wrong: [(TLSCredentialsError.Part, TLSCredentials)] = [
            (.authority, TLSCredentials(authority: Self.garbage, certificate: good.certificate, key: good.key)),
            (.certificate, TLSCredentials(authority: good.authority, certificate: [], key: good.key)),
            (.key, TLSCredentials(authority: good.authority, certificate: good.certificate, key: Self.garbage)),
        ]
        for (part, credentials) in wrong {
            let error = #expect(throws: TLSCredentialsError.self) { try TLSContext(credentials, of: .card) }
            #expect(error?.part == part)
            #expect(error?.description.hasPrefix("holds no \(part.rawValue) in PEM (") == true)
        }
    }

    @Test func theKeyMustBeTheCertificates() throws {
        let pair = try Parties.pair()
        let mixed = TLSCredentials(
            authority: pair.card.authority, certificate: pair.card.certificate, key: pair.ce.key)
        #expect(throws: TLSCredentialsError.keyDoesNotFit) { try TLSContext(mixed, of: .card) }
    }

    /// libcrypto would ask for the passphrase on the terminal.
    @Test func anEncryptedKeyIsRefusedWithoutAQuestion() throws {
        let good = try Parties.pair().card
        let encrypted = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhQp0GJMwLkWAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGqzvE6bQ0CGh2yGgVTj3gkEQCsG
            AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
            AAAAAAAAAAAAAAAAAAAAAAA=
            -----END ENCRYPTED PRIVATE KEY-----

            """
        let wrong = TLSCredentials(
            authority: good.authority, certificate: good.certificate, key: Array(encrypted.utf8))
        let error = #expect(throws: TLSCredentialsError.self) { try TLSContext(wrong, of: .card) }
        #expect(error?.part == .key)
    }

    @Test func partsBeyondTheLimitAreNotLookedAt() throws {
        let good = try Parties.pair().card
        let long = good.authority + [UInt8](repeating: 10, count: TLSLimits.credentialBytes)
        let wrong = TLSCredentials(authority: long, certificate: good.certificate, key: good.key)
        #expect(throws: TLSCredentialsError.tooLong(.authority)) { try TLSContext(wrong, of: .card) }
    }

    @Test func severalAuthoritiesMayBeTrusted() throws {
        let (old, new) = (try CertificateAuthority(), try CertificateAuthority())
        let card = try new.credentials(for: Parties.cardName)
        let ce = try old.credentials(for: Parties.ceName)
        let both = try old.pem + new.pem
        let pair = Parties.Pair(
            card: TLSCredentials(authority: both, certificate: card.certificate, key: card.key),
            ce: TLSCredentials(authority: both, certificate: ce.certificate, key: ce.key))
        let outcome = try MouthToMouth(pair).shakeHands()
        #expect(outcome.card == nil && outcome.ce == nil)
    }

    @Test func aKeyDoesNotShowWhereItsHolderIsPrinted() throws {
        struct Holder { var credentials: TLSCredentials }
        let holder = Holder(credentials: TLSCredentials(authority: [65], certificate: [66], key: [67, 68, 69]))
        var dumped = ""
        dump(holder, to: &dumped)
        for text in ["\(holder)", String(reflecting: holder), dumped] { #expect(!text.contains("67, 68")) }
    }
}
