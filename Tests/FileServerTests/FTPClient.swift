import Runtime

/// A small FTP client for the tests: commands, replies, and data connections.
final class FTPClient: Sendable {
    let control: any Connection
    private let network: any Network
    private let received: LoopBound<[UInt8]>

    init(_ control: any Connection, _ network: any Network, _ loop: any Loop) {
        self.control = control
        self.network = network
        received = LoopBound([], on: loop)
    }

    func send(_ text: String) async throws {
        try await control.writeAll(Array(text.utf8))
    }

    /// The next reply's last line; nil at the end of the connection.
    func reply() async throws -> String? {
        while let line = try await line() {
            let digits = line.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            if digits.count == 3, line.dropFirst(3).first != "-" { return line }
        }
        return nil
    }

    /// The code of the next reply; 0 at the end of the connection.
    func code() async throws -> Int {
        try await reply().flatMap { Int($0.prefix(3)) } ?? 0
    }

    func ask(_ command: String) async throws -> String {
        try await send(command + "\r\n")
        return try await reply() ?? ""
    }

    func askCode(_ command: String) async throws -> Int {
        Int(try await ask(command).prefix(3)) ?? 0
    }

    /// Agrees on a data connection and makes it.
    func dataConnection(_ command: String = "EPSV", options: SocketOptions = SocketOptions()) async throws
        -> any Connection
    {
        try await network.connect(to: .loopback(port: dataPort(command)), options: options)
    }

    /// Agrees on a data connection.
    func dataPort(_ command: String = "EPSV") async throws -> UInt16 {
        let text = try await ask(command)
        if command == "PASV" {
            let numbers = text.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split(separator: ",").map {
                UInt16($0)!
            }
            return numbers[4] << 8 | numbers[5]
        } else {
            return UInt16(text.split(separator: "|")[1])!
        }
    }

    /// Fetches what `command` sends; the codes are those before and after the data.
    func fetch(_ command: String, mode: String = "EPSV", from offset: Int? = nil) async throws -> (
        codes: [Int], bytes: [UInt8]
    ) {
        let data = try await dataConnection(mode)
        defer { data.close() }
        var codes: [Int] = []
        if let offset { codes.append(try await askCode("REST \(offset)")) }
        codes.append(try await askCode(command))
        guard codes.last == 150 else { return (codes, []) }
        let bytes = try await readAll(data)
        codes.append(try await code())
        return (codes, bytes)
    }

    private func line() async throws -> String? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            if let end = received.value.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received.value[..<end].dropLast(), as: UTF8.self)
                received.value.removeSubrange(...end)
                return line
            }
            guard let count = try await control.readSome(into: buffer) else { return nil }
            received.value += buffer[..<count]
        }
    }
}

func readAll(_ connection: any Connection) async throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 20_000, alignment: 1)
    defer { buffer.deallocate() }
    var bytes: [UInt8] = []
    while let count = try await connection.readSome(into: buffer) { bytes += buffer[..<count] }
    return bytes
}
