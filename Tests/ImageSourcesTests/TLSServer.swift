import Foundation
import Glibc
import TestCertificates

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
            guard !data.isEmpty else { throw OpenSSLProgramFailure(arguments: process.arguments!) }
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
