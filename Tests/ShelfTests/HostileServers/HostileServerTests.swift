import TestCertificates
import Testing

/// `ce` against servers that misbehave: whatever they do, a card has the image, or it has none; `ce` ends in time, with the right code, and
/// says what was wrong.
@Suite struct HostileServerTests {
    private func check(_ modes: [HostileMode], options: [String] = []) throws {
        try HostileBench.run(cards: modes.count) { bench in
            for (index, mode) in modes.enumerated() { try bench.check(mode, slot: index + 1, options: options) }
        }
    }

    @Test func ftpRepliesThatAreSlowTornOrDecorated() throws { try check(FTPModes.harmless) }
    @Test func ftpRepliesThatAreTooLongTooManyOrTooEarly() throws {
        try check(FTPModes.oversize + FTPModes.repeated + FTPModes.early)
    }

    @Test func ftpServersThatStumbleOnceOrAreStrange() throws { try check(FTPModes.once + FTPModes.strange) }
    @Test func ftpServersThatMustNotBeBelieved() throws { try check(FTPModes.bad) }
    @Test func httpServersThatAreStrange() throws { try check(HTTPModes.harmless + HTTPModes.once) }
    @Test func httpServersThatMustNotBeBelieved() throws { try check(HTTPModes.bad) }

    @Test func serversThatEncryptWrongly() throws {
        let tls = try TLSFolder()
        try check(EncryptedModes(tls).all, options: ["--ca", tls.authority])
    }

    /// Cut at random places, once: the rest comes, and nothing is sent twice to the card.
    @Test func aTransferThatIsCutAnywhereGoesOn() throws {
        var random = SystemRandomNumberGenerator()
        let places = (0..<12).map { _ in Int.random(in: 0..<HostileBench.imageBytes, using: &random) }
        let ftp = places.map { place in
            HostileMode.ftp("cut at byte \(place)", .success) {
                $0.data = .closed(place)
                $0.isOnce = true
            }
        }
        let http = places.map { place in
            HostileMode.http("cut at byte \(place)", .success, once: true) { image, offset in
                [.text(HTTPConduct.head(image, offset)), .bytes(Array(image[..<place]))]
            }
        }
        try check(ftp + http)
    }

    /// The issue asks for 40.
    @Test func thereAreEnoughModes() {
        #expect(FTPModes.all.count + HTTPModes.all.count >= 40)
        #expect(
            Set((FTPModes.all + HTTPModes.all).map(\.description)).count == FTPModes.all.count + HTTPModes.all.count)
    }
}
