import Reports
import TestCertificates

/// FTPS and HTTPS: servers that cannot prove who they are, or that encrypt not all, or not to the end.
struct EncryptedModes {
    let tls: TLSFolder
    private let half = HostileBench.imageBytes / 2

    private typealias Outcome = HostileMode.Outcome
    private let distrust = Outcome.failure(.unavailable, "is not to be trusted")
    private let unreachable = Outcome.failure(.unavailable, "cannot reach the file server")

    init(_ tls: TLSFolder) {
        self.tls = tls
    }

    private func ftp(
        _ scheme: String, _ name: String, _ outcome: Outcome, certificate: String? = nil,
        _ change: @escaping @Sendable (inout FTPConduct) -> Void = { _ in }
    ) -> HostileMode {
        let encryption = FTPEncryption(isImplicit: scheme == "ftps", certificate: certificate ?? tls.server)
        return HostileMode(name: name, scheme: scheme, outcome: outcome) { image in
            var conduct = FTPConduct(image: image)
            conduct.encryption = encryption
            change(&conduct)
            return { [conduct] in conduct.serve($0, session: $1) }
        }
    }

    private func https(
        _ name: String, _ outcome: Outcome, certificate: String? = nil,
        _ change: @escaping @Sendable (inout HTTPConduct) -> Void = { _ in }
    ) -> HostileMode {
        let certificate = certificate ?? tls.server
        return HostileMode(name: name, scheme: "https", outcome: outcome) { image in
            var conduct = HTTPConduct(image: image, answer: HTTPConduct.good)
            conduct.certificate = certificate
            change(&conduct)
            return { [conduct] in conduct.serve($0, session: $1) }
        }
    }

    /// What does not even begin as TLS.
    private func raw(_ scheme: String, _ name: String, _ body: @escaping @Sendable (Wire) -> Void) -> HostileMode {
        HostileMode(name: name, scheme: scheme, outcome: unreachable) { _ in { wire, _ in body(wire) } }
    }

    /// Who cannot prove who they are, whatever they speak.
    private var impostors: [HostileMode] {
        let certificates = [
            ("of an unknown authority", tls.stranger), ("expired", tls.expired), ("for another name", tls.otherName),
        ]
        return certificates.flatMap { name, file in
            [
                ftp("ftpes", name, distrust, certificate: file), ftp("ftps", name, distrust, certificate: file),
                https(name, distrust, certificate: file),
            ]
        }
    }

    private var handshakes: [HostileMode] {
        ["ftps", "https"].flatMap { scheme in
            [
                raw(scheme, "no word of TLS") { $0.write("220 ready\r\n") },
                raw(scheme, "garbage for a handshake") {
                    $0.write((0..<500).map { UInt8(truncatingIfNeeded: $0 &* 31) })
                },
                raw(scheme, "closed in the handshake") { _ in }, raw(scheme, "silent in the handshake") { $0.hold() },
                // A record that says 16 KiB, and has five bytes.
                raw(scheme, "a record that does not end") {
                    $0.write([0x16, 3, 3, 0x40, 0, 2, 0, 0, 0, 1] as [UInt8])
                    $0.hold()
                },
            ]
        } + [https("TLS 1.1", unreachable) { $0.isOldTLS = true }]
    }

    private var streams: [HostileMode] {
        let half = half
        let otherCertificate = tls.stranger
        return [
            ftp("ftpes", "as it should be", .success), ftp("ftps", "as it should be", .success),
            https("as it should be", .success),
            ftp("ftpes", "AUTH TLS is refused", distrust) { $0.encryption!.answer = "502 no" },
            // What is said in clear behind the 234 must not count as said under TLS (CVE-2021-22947).
            ftp("ftpes", "answers behind the 234 in clear", .failure(.unavailable, "the file server")) {
                $0.encryption!.answer = "234 go on\r\n331 password\r\n230 welcome"
            },
            ftp("ftpes", "PROT P is refused", distrust) { $0.encryption!.protection = "536 no" },
            ftp("ftpes", "data in clear", .failure(.failed, "broke after 0 bytes")) {
                $0.encryption!.leavesDataClear = true
            },
            ftp("ftpes", "data from somebody else", distrust) { $0.encryption!.dataCertificate = otherCertificate },
            ftp("ftpes", "a torn reply under TLS", .success) {
                $0.step = .password
                $0.fault = .torn
            },
            ftp("ftps", "cut in the middle, once", .success) {
                $0.data = .closed(half)
                $0.isOnce = true
            },
            ftp("ftps", "cut and called complete, without close_notify, once", .success) {
                $0.data = .truncated(half)
                $0.hidesSize = true
                $0.isOnce = true
                $0.encryption!.omitsCloseNotify = true
            },
            https("cut without a length and without close_notify, once", .success) {
                $0.answer = { image, _ in
                    [.text("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), .bytes(Array(image[..<half]))]
                }
                $0.isOnce = true
                $0.omitsCloseNotify = true
            },
            https("reset in the middle, once", .success) {
                $0.answer = { image, offset in
                    [
                        .text(HTTPConduct.head(image, offset)), .bytes(Array(image[..<half])), .pause(milliseconds: 50),
                        .reset,
                    ]
                }
                $0.isOnce = true
            },
            https("another byte", .failure(.failed, "no card was told that")) {
                $0.answer = { image, offset in
                    var image = image
                    image[half] ^= 1
                    return HTTPConduct.good(image, offset)
                }
            },
            https("silent behind the handshake", unreachable) { $0.answer = { _, _ in [.hold] } },
        ]
    }

    var all: [HostileMode] { impostors + handshakes + streams }
}
