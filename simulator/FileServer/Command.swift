/// A command of the client (RFC 959, 2389, 2428, 3659). Paths are bytes: a file name need not be UTF-8.
package enum Command: Equatable, Sendable {
    case user(String)
    case pass(String)
    case systemType
    case features
    case printFolder
    case changeFolder([UInt8])
    case type(TransferType)
    /// MODE S and STRU F: what holds anyway; OPTS UTF8, likewise.
    case agreed
    case extendedPassive(ExtendedPassive)
    case passive
    case size([UInt8])
    case modificationTime([UInt8])
    case restart(UInt64)
    case retrieve([UInt8])
    /// LIST, with sizes and times, or NLST, names alone; nil: the current folder.
    case list([UInt8]?, isLong: Bool)
    case nothing
    case abort
    case quit
    /// A command that would write.
    case write
    case refused(Refusal)

    package enum TransferType: Equatable, Sendable {
        case ascii
        case image
    }

    package enum ExtendedPassive: Equatable, Sendable {
        case any
        case version4
        case version6
        /// From now on no PASV (RFC 2428, section 4).
        case only
    }

    /// Why a line is no command that the server carries out.
    package enum Refusal: Equatable, Sendable {
        /// 500: no verb at its start, or a byte that no line may hold.
        case notACommand
        /// 501: the argument is missing, or is none that the command can have.
        case argument
        /// 502: a verb that this server does not have.
        case unknown
        /// 504: an argument that the command can have, but not on this server.
        case parameter
    }

    private static let writing: Set<String> = [
        "ALLO", "APPE", "DELE", "MKD", "RMD", "RNFR", "RNTO", "STOR", "STOU", "XMKD", "XRMD",
    ]

    /// Reads a line without its end.
    package init(line: [UInt8]) {
        // CR alone and NUL may not stand in a line (RFC 854); a file name with them could not be asked for anyway.
        guard !line.contains(0), !line.contains(UInt8(ascii: "\r")) else {
            self = .refused(.notACommand)
            return
        }
        let verbBytes = line.prefix { $0 != UInt8(ascii: " ") }
        let isVerb = (3...4).contains(verbBytes.count) && verbBytes.allSatisfy { Self.letters.contains($0 | 0x20) }
        guard isVerb else {
            self = .refused(.notACommand)
            return
        }
        let verb = String(decoding: verbBytes, as: UTF8.self).uppercased()
        let argument = line.count > verbBytes.count ? Array(line[(verbBytes.count + 1)...]) : nil
        self = Self.command(verb, argument)
    }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

    private static func command(_ verb: String, _ argument: [UInt8]?) -> Command {
        switch verb {
        case "SYST": bare(.systemType, argument)
        case "FEAT": bare(.features, argument)
        case "PWD", "XPWD": bare(.printFolder, argument)
        case "PASV": bare(.passive, argument)
        case "NOOP": bare(.nothing, argument)
        case "ABOR": bare(.abort, argument)
        case "QUIT": bare(.quit, argument)
        case "CWD": path(argument) { .changeFolder($0) }
        case "SIZE": path(argument) { .size($0) }
        case "MDTM": path(argument) { .modificationTime($0) }
        case "RETR": path(argument) { .retrieve($0) }
        case "LIST": .list(listed(argument), isLong: true)
        case "NLST": .list(listed(argument), isLong: false)
        case _ where writing.contains(verb): .write
        default: command(verb, text: argument.map { String(decoding: $0, as: UTF8.self) })
        }
    }

    private static func command(_ verb: String, text: String?) -> Command {
        switch (verb, text?.uppercased()) {
        case ("USER", .some): text!.isEmpty ? .refused(.argument) : .user(text!)
        // A password may be empty.
        case ("PASS", _): .pass(text ?? "")
        case ("TYPE", "A"), ("TYPE", "A N"): .type(.ascii)
        case ("TYPE", "I"), ("TYPE", "L 8"): .type(.image)
        case ("MODE", "S"), ("STRU", "F"), ("OPTS", "UTF8"), ("OPTS", "UTF8 ON"): .agreed
        case ("TYPE", .some), ("MODE", .some), ("STRU", .some): .refused(.parameter)
        case ("EPSV", nil): .extendedPassive(.any)
        case ("EPSV", "1"): .extendedPassive(.version4)
        case ("EPSV", "2"): .extendedPassive(.version6)
        case ("EPSV", "ALL"): .extendedPassive(.only)
        case ("REST", .some): offset(text!).map { .restart($0) } ?? .refused(.argument)
        case ("USER", _), ("TYPE", _), ("MODE", _), ("STRU", _), ("EPSV", _), ("REST", _), ("OPTS", _):
            .refused(.argument)
        default: .refused(.unknown)
        }
    }

    private static func bare(_ command: Command, _ argument: [UInt8]?) -> Command {
        argument == nil ? command : .refused(.argument)
    }

    private static func path(_ argument: [UInt8]?, _ command: ([UInt8]) -> Command) -> Command {
        guard let argument, !argument.isEmpty else { return .refused(.argument) }
        return command(argument)
    }

    /// The folder that LIST or NLST names. Options as of ls(1), which some clients send, are passed over.
    private static func listed(_ argument: [UInt8]?) -> [UInt8]? {
        guard let argument, !argument.isEmpty, argument.first != UInt8(ascii: "-") else { return nil }
        return argument
    }

    /// Digits alone: a sign or a space is no offset (RFC 3659, section 5.3).
    private static func offset(_ text: String) -> UInt64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return UInt64(text)
    }
}
