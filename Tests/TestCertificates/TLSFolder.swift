import Foundation
import Glibc

/// Throw-away certificates, made by the openssl program: an authority, a server's for 127.0.0.1, one that has expired, one for another
/// name, and one by another authority.
package final class TLSFolder: Sendable {
    package let path: String

    package var authority: String { "\(path)/authority.pem" }
    package var otherAuthority: String { "\(path)/other.pem" }
    package var key: String { "\(path)/server.key" }
    /// Certificate and key in one file, as vsftpd wants them.
    package var server: String { "\(path)/server.pem" }
    package var expired: String { "\(path)/expired.pem" }
    package var otherName: String { "\(path)/elsewhere.pem" }
    /// By the other authority.
    package var stranger: String { "\(path)/stranger.pem" }

    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for name in ["authority", "other"] {
            try run(
                ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"]
                    + key)
        }
        try run(["req", "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"] + key)
        for (name, subject) in [("extensions", "IP:127.0.0.1"), ("elsewhere", "DNS:elsewhere.example")] {
            try write("subjectAltName=\(subject)\nbasicConstraints=critical,CA:FALSE\n", to: name)
        }
        // Days before today: openssl-x509(1) takes them.
        for (name, days, authority, extensions) in [
            ("server", "2", "authority", "extensions"), ("expired", "-1", "authority", "extensions"),
            ("elsewhere", "2", "authority", "elsewhere"), ("stranger", "2", "other", "extensions"),
        ] {
            try run([
                "x509", "-req", "-in", "server.csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key", "-days",
                days,
                "-CAcreateserial", "-extfile", extensions, "-out", "\(name).pem",
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

    package func write(_ text: String, to name: String) throws {
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
        guard process.terminationStatus == 0 else { throw OpenSSLProgramFailure(arguments: arguments) }
    }
}

package struct OpenSSLProgramFailure: Error {
    package let arguments: [String]

    package init(arguments: [String]) {
        self.arguments = arguments
    }
}
