import SoftwareImage
import Testing

@Suite struct KeyTextTests {
    /// Written by `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout`; it signs nothing anywhere.
    private static let privatePEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7
        -----END PRIVATE KEY-----

        """
    private static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=
        -----END PUBLIC KEY-----

        """

    @Test func whatOpenSSLWritesIsReadAndWritten() throws {
        let key = try KeyText.signingKey(Array(Self.privatePEM.utf8))
        #expect(key.pem == Self.privatePEM)
        #expect(key.publicKey.pem == Self.publicPEM)
        #expect(try KeyText.publicKey(Array(Self.publicPEM.utf8)) == key.publicKey)
    }

    @Test func aNewKeyIsAnother() throws {
        let keys = [try SigningKey.generate(), try SigningKey.generate()]
        #expect(keys[0].publicKey != keys[1].publicKey)
        #expect(try KeyText.signingKey(Array(keys[0].pem.utf8)).publicKey == keys[0].publicKey)
    }

    @Test(arguments: [
        "", "no key", publicPEM, privatePEM.replacing("MC4C", with: "MC5C"), String(privatePEM.dropLast(30)),
        // NIST P-256.
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgl7VfnHRU2ZyKPak3
        SJEdbVx9tRw3Q1P4goBjka34pKuhRANCAAQSVnU4rvEBjCDk1kmUHkhMLccbhSum
        B56umUYzXBvLAudVFuBA6FQ+1iU551mw347M9y852aVNaKfbt97T2V0S
        -----END PRIVATE KEY-----
        """,
    ]) func whatIsNoPrivateKeyIsRefused(text: String) {
        let error = #expect(throws: OpenSSLFailure.self) { try KeyText.signingKey(Array(text.utf8)) }
        #expect(error?.description.isEmpty == false)
        // The error queue is left empty: another failure does not bring this one's reason.
        #expect(throws: OpenSSLFailure.self) { try KeyText.publicKey([]) }
    }

    /// libcrypto would ask for a passphrase at the terminal.
    @Test func anEncryptedKeyIsRefusedWithoutAQuestion() {
        let text = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAibwEXQTHTnegICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELzE3fdbDFM0X5spYH44QloEQAhh
            73LS55LJn/tw71SzjD2NVOrDvU8YKVkcfJJWup6uWa1UpDKvUZMeVl8YPjVzaKJy
            UZpgmX29uF9oZpzZvog=
            -----END ENCRYPTED PRIVATE KEY-----
            """
        #expect(throws: OpenSSLFailure.self) { try KeyText.signingKey(Array(text.utf8)) }
    }

    @Test func aPrivateKeyDoesNotShowItself() throws {
        let key = try KeyText.signingKey(Array(Self.privatePEM.utf8))
        #expect("\(key)" == "the private half of \(key.publicKey.identifier)")
    }
}
