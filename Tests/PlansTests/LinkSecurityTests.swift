import Certificates
import Glibc
import Plans
import Settings
import TLS
import Testing

/// What a plan says of the links to its cards, and the files that it names.
@Suite struct LinkSecurityTests {
    private static let group =
        "groups: {g: {image: {url: ftp://h/x, manifest: \(PlanSample.inlineManifest)}, cards: {7: 127.0.0.1:1}}}\n"
    private static let credentials = "credentials: {certificate: c.pem, key: /k.pem, authority: ca.pem}\n"

    private static func security(_ text: String, overrides: [String] = []) throws -> PlannedSecurity {
        let source = try SourceText(file: "p.yaml", bytes: Array((group + text).utf8))
        let overrides = try overrides.map { try SettingsOverride(parsing: $0) }
        return try PlanReader.read(source, folder: "/plans/", overrides: overrides).security
    }

    private static func error(_ text: String) -> String {
        do { return "\(try security(text))" } catch { return "\(error)" }
    }

    @Test func credentialsMakeLinksSecure() throws {
        let files = CredentialFiles(certificate: "/plans/c.pem", key: "/k.pem", authority: "/plans/ca.pem")
        #expect(try Self.security(Self.credentials) == .tls(files))
        #expect(try Self.security("link_security: tls\n" + Self.credentials) == .tls(files))
    }

    @Test func clearMustBeSaid() throws {
        #expect(try Self.security("link_security: clear\n") == .clear)
        #expect(try Self.security(Self.credentials, overrides: ["link_security=clear"]) == .clear)
        #expect(
            Self.error("").contains("says nothing of the links to the cards; give credentials, or say link_security"))
        #expect(
            Self.error("link_security: tls\n")
                == "p.yaml:2:16: link_security is tls without credentials; give certificate, key and authority")
        #expect(
            Self.error("link_security: none\n").hasPrefix("p.yaml:2:16: link_security is 'none'; expected one of tls"))
        #expect(
            Self.error("credentials: {certificate: c.pem}\n") == """
                p.yaml:2:14: credentials lacks the key 'key'
                p.yaml:2:14: credentials lacks the key 'authority'
                """)
    }

    @Test func aCardMayBeExpectedByItsSerialNumber() throws {
        let text = PlanSample.text.replacing(
            "{address: \"[::1]:40002\"}", with: "{address: \"[::1]:40002\", serial: SN-2}")
        let plan = try PlanReader.read(PlanSample.source(text), folder: "")
        #expect(plan.groups[0].cards.map(\.serialNumber) == [nil, "SN-2"])
        let long = text.replacing("SN-2", with: String(repeating: "x", count: 256))
        #expect(PlanSample.errors(long).contains("groups.adsl.cards.2.serial has 256 bytes; the most is 255"))
    }

    // MARK: The files

    /// A CE's files as they should be.
    private struct Files {
        let folder = TemporaryFolder()
        var names: CredentialFiles

        init(_ credentials: TLSCredentials, keyMode: mode_t = 0o600) {
            let folder = folder
            func write(_ bytes: [UInt8], _ name: String, _ mode: mode_t) -> String {
                folder.write(String(decoding: bytes, as: UTF8.self), to: name, mode: mode)
            }
            names = CredentialFiles(
                certificate: write(credentials.certificate, "c.pem", 0o644),
                key: write(credentials.key, "k.pem", keyMode), authority: write(credentials.authority, "ca.pem", 0o644))
        }

        var error: String {
            do throws(SettingsError) {
                _ = try names.read()
                return ""
            } catch {
                return error.description
            }
        }
    }

    private static func good() throws -> TLSCredentials {
        try CertificateAuthority().credentials(for: PeerName(.ce, "shelf"))
    }

    @Test(arguments: [0o600, 0o400] as [mode_t]) func goodFilesAreRead(mode: mode_t) throws {
        let files = Files(try Self.good(), keyMode: mode)
        #expect(try files.names.read().role == .ce)
    }

    @Test(arguments: [0o640, 0o604, 0o644] as [mode_t]) func aKeyThatOthersMayReadIsRefused(mode: mode_t) throws {
        let files = Files(try Self.good(), keyMode: mode)
        let text = "\(files.names.key): may be read by others (mode 0\(String(mode, radix: 8))); chmod 600 it"
        #expect(files.error == text)
    }

    @Test func aKeyBehindALinkIsRefused() throws {
        let files = Files(try Self.good())
        let link = files.folder.path + "link"
        symlink(files.names.key, link)
        defer { unlink(link) }
        var names = files.names
        names.key = link
        let error = #expect(throws: SettingsError.self) { try names.read() }
        #expect(error?.description == "\(link): is a link; name the file itself")
        // The others may be links: they are no secret.
        names = files.names
        unlink(link)
        symlink(files.names.authority, link)
        names.authority = link
        #expect(throws: Never.self) { try names.read() }
    }

    @Test func aFileThatIsNotWhatItShouldBeIsNamed() throws {
        let authority = try CertificateAuthority()
        let good = try authority.credentials(for: PeerName(.ce, "shelf"))
        let card = Files(try authority.credentials(for: PeerName(.card, "SN-1")))
        #expect(
            card.error
                == "\(card.names.certificate): is not the CE's: expected exactly one subject alternative name URI:ce:NAME"
        )
        let mixed = Files(
            TLSCredentials(
                authority: good.authority, certificate: good.certificate,
                key: try authority.credentials(for: PeerName(.ce, "other")).key))
        #expect(mixed.error == "\(mixed.names.key): is not the key of the certificate")
        let empty = Files(TLSCredentials(authority: Array("x".utf8), certificate: good.certificate, key: good.key))
        #expect(empty.error.hasPrefix("\(empty.names.authority): holds no authority in PEM ("))
        var gone = Files(good)
        gone.names.certificate = "/nowhere/c.pem"
        #expect(gone.error == "/nowhere/c.pem: cannot be opened: No such file or directory")
    }
}
