import FileServer
import ImageSources
import Runtime
import Shelves
import TestCertificates
import Testing

/// FTPS against vsftpd, and HTTPS against openssl's server, with certificates made for the test.
@Suite struct TLSTests {
    private static let image = SourceBench.image

    private func kind(_ error: SourceError?) -> String {
        switch error {
        case .untrusted?: "untrusted"
        case .unreachable?: "unreachable"
        case nil: "none"
        case .some(let other): "\(other)"
        }
    }

    // MARK: FTPS

    private func fetchByFTPS(
        _ scheme: String, host: String = "127.0.0.1", from offset: UInt64 = 0, encrypted: Bool = true,
        implicit: Bool, certificate: KeyPath<TLSFolder, String> = \.server,
        authority: KeyPath<TLSFolder, String> = \.authority, reluctant: Bool = false
    ) throws -> Outcome {
        ignoreBrokenPipes()
        let tls = try TLSFolder()
        let folder = try TestFolder(file: "x.img", bytes: Self.image)
        let (file, authorityFile) = (tls[keyPath: certificate], tls[keyPath: authority])
        let loop = EventLoop()
        return try loop.run { () async -> Result<Outcome, any Error> in
            do {
                let server = try await VsftpdServer.start(
                    root: folder.path, folder: tls.path, bytesPerSecond: nil,
                    encryption: encrypted ? .init(certificateFile: file, isImplicit: implicit) : nil, loop: loop)
                let url = "\(scheme)://\(host):\(server.endpoint.port)/x.img"
                let location = FileServerURL(url: url, authorityFile: authorityFile)
                let source = CurlSource(location, loop: loop)
                let outcome = await Fetcher(loop: loop).fetch(source, from: offset) {
                    CollectingSink(isReluctant: reluctant)
                }
                await server.end()
                return .success(outcome)
            } catch {
                return .failure(error)
            }
        }.result.get()
    }

    @Test(arguments: zip(["ftpes", "ftps"], [false, true])) func theImageComesEncrypted(
        scheme: String, implicit: Bool
    ) throws {
        let whole = try fetchByFTPS(scheme, implicit: implicit)
        #expect(whole.error == nil)
        #expect(difference(whole.bytes, Self.image) == nil)
        #expect(whole.validators.first?.byteCount == UInt64(Self.image.count))
        let rest = try fetchByFTPS(scheme, from: 2_000_000, implicit: implicit, reluctant: true)
        #expect(rest.error == nil)
        #expect(difference(rest.bytes, Array(Self.image[2_000_000...])) == nil)
    }

    @Test func aServerThatDoesNotEncryptIsNotTrusted() throws {
        let outcome = try fetchByFTPS("ftpes", encrypted: false, implicit: false)
        #expect(kind(outcome.error) == "untrusted")
        #expect(outcome.bytes.isEmpty)
    }

    @Test func aServerOfAnUnknownAuthorityIsNotTrusted() throws {
        let outcome = try fetchByFTPS("ftpes", implicit: false, authority: \.otherAuthority)
        #expect(kind(outcome.error) == "untrusted")
        #expect(outcome.bytes.isEmpty)
    }

    // MARK: HTTPS

    private func fetchByHTTPS(
        host: String = "127.0.0.1", from offset: UInt64 = 0, answer: String = "whole", options: [String] = [],
        certificate: KeyPath<TLSFolder, String> = \.server, authority: KeyPath<TLSFolder, String>? = \.authority
    ) throws -> Outcome {
        ignoreBrokenPipes()
        let tls = try TLSFolder()
        try tls.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nETag: \"a\"\r\n\r\nabcdef", to: "whole")
        try tls.write(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-5/6\r\nContent-Length: 4\r\n\r\ncdef", to: "part")
        let server = try TLSServer(tls, certificate: tls[keyPath: certificate], options: options)
        let url = "https://\(host):\(server.port)/\(answer)"
        let authorityFile = authority.map { tls[keyPath: $0] }
        let loop = EventLoop()
        return try loop.run {
            let source = CurlSource(FileServerURL(url: url, authorityFile: authorityFile), loop: loop)
            return await Fetcher(loop: loop).fetch(source, from: offset)
        }.result
    }

    @Test func anImageComesByHTTPS() throws {
        let whole = try fetchByHTTPS()
        #expect(whole.error == nil)
        #expect(whole.bytes == Array("abcdef".utf8))
        #expect(whole.validators == [ImageValidator(byteCount: 6, tag: "\"a\"")])
        let rest = try fetchByHTTPS(from: 2, answer: "part")
        #expect(rest.error == nil)
        #expect(rest.bytes == Array("cdef".utf8))
    }

    @Test func whoCannotProveWhoTheyAreAreNotTrusted() throws {
        #expect(kind(try fetchByHTTPS(authority: \.otherAuthority).error) == "untrusted")
        // Without ca, the system's authorities count, and none of them knows the test's.
        #expect(kind(try fetchByHTTPS(authority: nil).error) == "untrusted")
        #expect(kind(try fetchByHTTPS(certificate: \.expired).error) == "untrusted")
        // The certificate is for the address, not for the name.
        #expect(kind(try fetchByHTTPS(host: "localhost").error) == "untrusted")
    }

    @Test func anAuthorityFileThatIsNotThereIsNamed() throws {
        let error = try fetchByHTTPS(authority: \.missing).error
        #expect(kind(error) == "untrusted")
        #expect(error?.description.contains("missing.pem") == true)
    }

    @Test func anOldVersionOfTLSIsRefused() throws {
        let outcome = try fetchByHTTPS(options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        #expect(kind(outcome.error) == "unreachable")
        #expect(outcome.bytes.isEmpty)
    }

    @Test func clearTextWhereTLSIsDueIsRefused() throws {
        ignoreBrokenPipes()
        let loop = EventLoop()
        let folder = try TestFolder(file: "x.img", bytes: Self.image)
        let outcome = try loop.run { () async -> Outcome? in
            let server = FileServer(
                root: folder.path, settings: FileServerSettings(language: .http), network: TCPNetwork(loop: loop),
                loop: loop)
            guard let endpoint = try? await server.start() else { return nil }
            return await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await server.serve() }
                defer { tasks.cancelAll() }
                return await Fetcher(loop: loop).fetch(
                    CurlSource(FileServerURL(url: "https://\(endpoint)/x.img"), loop: loop))
            }
        }.result
        #expect(kind(outcome?.error) == "unreachable")
        #expect(outcome?.bytes.isEmpty == true)
    }
}

extension TLSFolder {
    fileprivate var missing: String { "\(path)/missing.pem" }
}
