import Foundation
import Glibc

/// Throw-away certificates, made by the openssl program: an authority, a server's for 127.0.0.1, one that has expired, and
/// another authority that vouches for nobody.
final class TLSFolder: Sendable {
    let path: String

    var authority: String { "\(path)/authority.pem" }
    var otherAuthority: String { "\(path)/other.pem" }
    var key: String { "\(path)/server.key" }
    /// Certificate and key in one file, as vsftpd wants them.
    var server: String { "\(path)/server.pem" }
    var expired: String { "\(path)/expired.pem" }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for name in ["authority", "other"] {
            try run(
                ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"]
                    + key)
        }
        try run(["req", "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"] + key)
        try write("subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n", to: "extensions")
        // Days before today: openssl-x509(1) takes them.
        for (name, days) in [("server", "2"), ("expired", "-1")] {
            try run([
                "x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-days", days,
                "-CAcreateserial", "-extfile", "extensions", "-out", "\(name).pem",
            ])
            let both = try ["\(name).pem", "server.key"].map {
                try String(contentsOfFile: "\(path)/\($0)", encoding: .utf8)
            }
            try write(both.joined(), to: "\(name).pem")
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: path)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw OpenSSLFailure(arguments: arguments) }
    }
}

struct OpenSSLFailure: Error {
    let arguments: [String]
}

/// `openssl s_server -HTTP`: a file's contents are the whole answer to the request for it, head and all.
final class TLSServer {
    let port: Int
    private let process = Process()

    /// - Parameter options: beside those that name the certificate.
    init(_ folder: TLSFolder, certificate: String, options: [String] = []) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", folder.key, "-HTTP"] + options
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It says on which port it listens: "ACCEPT 127.0.0.1:39227".
        var text = ""
        var found: Int?
        while found == nil {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw OpenSSLFailure(arguments: process.arguments!) }
            text += String(decoding: data, as: UTF8.self)
            found = text.firstMatch(of: /ACCEPT 127\.0\.0\.1:(\d+)\n/).flatMap { Int($0.output.1) }
        }
        port = found!
    }

    deinit {
        // Started from a thread of the tests it has SIGTERM blocked, as that has.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
