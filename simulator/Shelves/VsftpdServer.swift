import Glibc
package import Runtime
import ShelfModel

/// Debian's vsftpd as the file server of a run, on a free port of the loopback interface (vsftpd.conf(5)).
package final class VsftpdServer {
    /// Until the server takes connections.
    private static let startLimit: Duration = .seconds(5)
    /// Until the server has logged a transfer that the CE knows to be complete.
    private static let logLimit: Duration = .seconds(2)
    /// A free port may be taken before the server has it; then another one is tried.
    private static let attempts = 3

    package let endpoint: Endpoint
    private let process: ChildProcess
    private let logPath: String
    private let loop: EventLoop

    /// What the server's own log says.
    package struct Counts: Equatable, Sendable {
        package var transfers = 0
        package var bytes: UInt64 = 0
    }

    /// How the server encrypts: control and data, and nothing in clear.
    package struct Encryption: Sendable {
        /// Its certificate and its key, in one file, in PEM.
        package var certificateFile: String
        /// From the first byte on; else by AUTH TLS (RFC 4217).
        package var isImplicit: Bool

        package init(certificateFile: String, isImplicit: Bool) {
            self.certificateFile = certificateFile
            self.isImplicit = isImplicit
        }

        var settings: [String] {
            [
                "ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_logins_ssl=YES", "force_anon_data_ssl=YES",
                "rsa_cert_file=\(certificateFile)", "implicit_ssl=\(isImplicit ? "YES" : "NO")",
                // A data connection need not resume the control connection's TLS session, which TLS 1.3 makes uncertain.
                "require_ssl_reuse=NO",
            ]
        }
    }

    /// Starts the server for anonymous users.
    ///
    /// - Parameters:
    ///   - root: what it serves.
    ///   - folder: for its settings and its log.
    ///   - port: where it listens; nil: on a free port.
    ///   - bytesPerSecond: the rate of each transfer; nil: no limit.
    ///   - encryption: nil: all in clear.
    /// - Throws: `ServerUnavailable` when it is not installed, or does not start.
    package static func start(
        root: String, folder: String, port: UInt16? = nil, bytesPerSecond: UInt64?,
        encryption: Encryption? = nil, loop: EventLoop
    ) async throws -> VsftpdServer {
        let places: [String] = ["/usr/sbin/vsftpd", "/usr/local/sbin/vsftpd"]
        guard let program = places.first(where: { (path: String) in access(path, X_OK) == 0 }) else {
            throw ServerUnavailable("vsftpd is not installed: install Debian's package vsftpd, or let make setup do it")
        }
        for _ in 0..<(port == nil ? attempts : 1) {
            let endpoint = try freeEndpoint(port, loop)
            let server = try VsftpdServer(
                program, root: root, folder: folder, endpoint: endpoint, bytesPerSecond: bytesPerSecond,
                encryption: encryption, loop: loop)
            if try await server.isUp() { return server }
            await server.end()
        }
        throw ServerUnavailable("vsftpd does not start; see \(folder)/vsftpd.out")
    }

    private init(
        _ program: String, root: String, folder: String, endpoint: Endpoint, bytesPerSecond: UInt64?,
        encryption: Encryption?, loop: EventLoop
    ) throws {
        self.loop = loop
        self.endpoint = endpoint
        logPath = "\(folder)/vsftpd.log"
        let settingsPath = "\(folder)/vsftpd.conf"
        let settings = Self.settings(
            port: endpoint.port, root: try Self.absolute(root), log: try Self.absolute(folder) + "/vsftpd.log",
            bytesPerSecond: bytesPerSecond, encryption: encryption)
        try OutputFile.write(settingsPath) { (file) throws(ShelfError) in try file.append(settings) }
        process = try ChildProcess(
            name: "vsftpd", path: program, arguments: [try Self.absolute(settingsPath)],
            output: .file("\(folder)/vsftpd.out"), errors: .file("\(folder)/vsftpd.out"), loop: loop)
    }

    package func end() async {
        await process.end()
    }

    /// Counts the transfers of a file in the server's log, which it writes when a transfer has ended.
    ///
    /// - Parameters:
    ///   - file: its path from the server's root, such as `/adsl.img`.
    ///   - expected: how many the CE knows of: the log may lag behind.
    package func counts(ofFile file: String, expecting expected: Int) async -> Counts {
        let deadline = loop.now.advanced(by: Self.logLimit)
        var counts = readLog(ofFile: file)
        while counts.transfers < expected && loop.now < deadline {
            await loop.sleepDespiteCancellation(for: .milliseconds(20))
            counts = readLog(ofFile: file)
        }
        return counts
    }

    /// Lines as `… OK DOWNLOAD: Client "127.0.0.1", "/adsl.img", 16777216 bytes, 12207.03Kbyte/sec`.
    private func readLog(ofFile name: String) -> Counts {
        guard let file = fopen(logPath, "re") else { return Counts() }
        defer { fclose(file) }
        var counts = Counts()
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, CInt(line.count), file) != nil {
            let text = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            let fields = text.split(separator: ",")
            guard text.split(separator: " ").contains("DOWNLOAD:"), text.contains("\"\(name)\"") else { continue }
            counts.transfers += 1
            let bytes = fields.first { $0.hasSuffix(" bytes") }?.split(separator: " ").first
            counts.bytes += bytes.flatMap { UInt64($0) } ?? 0
        }
        return counts
    }

    private func isUp() async throws -> Bool {
        let deadline = loop.now.advanced(by: Self.startLimit)
        while loop.now < deadline {
            if process.status != nil { return false }
            if let connection = try? await TCPNetwork(loop: loop).connect(to: endpoint, options: SocketOptions()) {
                connection.close()
                return true
            }
            try await loop.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// - Throws: a port that is taken.
    private static func freeEndpoint(_ port: UInt16?, _ loop: EventLoop) throws(ConnectionError) -> Endpoint {
        let listener = try TCPNetwork(loop: loop).listen(on: .loopback(port: port ?? 0), options: SocketOptions())
        defer { listener.close() }
        return listener.endpoint
    }

    private static func absolute(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else { throw ShelfError("\(path): \(SystemError.last)") }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func settings(
        port: UInt16, root: String, log: String, bytesPerSecond: UInt64?, encryption: Encryption?
    ) -> String {
        var lines = [
            "listen=YES", "background=NO", "listen_address=127.0.0.1", "listen_port=\(port)",
            "anonymous_enable=YES", "local_enable=NO", "write_enable=NO", "anon_root=\(root)",
            // Its own log, one line for each transfer, in the format that has the bytes in words.
            "xferlog_enable=YES", "xferlog_std_format=NO", "vsftpd_log_file=\(log)",
            // The seccomp filter of this version kills the server on kernels newer than it.
            "seccomp_sandbox=NO", "secure_chroot_dir=/var/run/vsftpd/empty",
        ]
        if let bytesPerSecond { lines.append("anon_max_rate=\(bytesPerSecond)") }
        lines += encryption?.settings ?? []
        if geteuid() != 0 { lines.append("run_as_launching_user=YES") }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A file server is not to be had.
package struct ServerUnavailable: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
