import FileServer
import Testing

@Suite struct CommandTests {
    @Test(
        arguments: [
            ("USER anonymous", .user("anonymous")), ("user Ann B", .user("Ann B")), ("PASS ", .pass("")),
            ("PASS", .pass("")),
            ("PASS a b", .pass("a b")), ("SYST", .systemType), ("FEAT", .features), ("PWD", .printFolder),
            ("xpwd", .printFolder),
            ("CWD a/b", .changeFolder(Array("a/b".utf8))), ("TYPE I", .type(.image)), ("TYPE L 8", .type(.image)),
            ("TYPE a n", .type(.ascii)), ("MODE S", .agreed), ("STRU F", .agreed), ("OPTS UTF8 ON", .agreed),
            ("EPSV", .extendedPassive(.any)), ("EPSV 1", .extendedPassive(.version4)),
            ("EPSV 2", .extendedPassive(.version6)),
            ("EPSV all", .extendedPassive(.only)), ("PASV", .passive), ("SIZE f", .size(Array("f".utf8))),
            ("MDTM  f ", .modificationTime(Array(" f ".utf8))), ("REST 18446744073709551615", .restart(.max)),
            ("RETR image.bin", .retrieve(Array("image.bin".utf8))), ("LIST", .list(nil, isLong: true)),
            ("LIST -la", .list(nil, isLong: true)), ("NLST sub", .list(Array("sub".utf8), isLong: false)),
            ("NOOP", .nothing),
            ("ABOR", .abort), ("QUIT", .quit), ("STOR x", .write), ("DELE x", .write),
        ] as [(String, Command)])
    func commandsAreRead(line: String, command: Command) {
        #expect(Command(line: Array(line.utf8)) == command)
    }

    @Test(
        arguments: [
            ("", .notACommand), (" RETR x", .notACommand), ("RE", .notACommand), ("RETRX y", .notACommand),
            ("R3TR y", .notACommand),
            ("RETR a\0b", .notACommand), ("RETR a\rb", .notACommand), ("\0", .notACommand), ("RÉTR x", .notACommand),
            ("RETR", .argument), ("RETR ", .argument), ("SIZE", .argument), ("USER", .argument), ("USER ", .argument),
            ("REST", .argument), ("REST ", .argument), ("REST -1", .argument), ("REST +1", .argument),
            ("REST 1 ", .argument),
            ("REST 18446744073709551616", .argument), ("EPSV 3", .argument), ("TYPE", .argument), ("PASV 1", .argument),
            ("OPTS MLST", .argument), ("TYPE E", .parameter), ("TYPE L 7", .parameter), ("MODE B", .parameter),
            ("STRU R", .parameter), ("PORT 127,0,0,1,1,1", .unknown), ("EPRT |1|127.0.0.1|1|", .unknown),
            ("AUTH TLS", .unknown),
            ("SITE CHMOD", .unknown), ("CDUP", .unknown),
        ] as [(String, Command.Refusal)])
    func whatIsNoCommandIsRefused(line: String, refusal: Command.Refusal) {
        #expect(Command(line: Array(line.utf8)) == .refused(refusal))
    }

    @Test func aNameNeedNotBeText() {
        #expect(Command(line: Array("RETR ".utf8) + [0xC3, 0x28]) == .retrieve([0xC3, 0x28]))
    }
}

@Suite struct CommandLinesTests {
    private func items(_ bytes: [UInt8], pieceBytes: Int) -> [CommandLines.Item] {
        var lines = CommandLines()
        var items: [CommandLines.Item] = []
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            lines.append(bytes[start..<min(bytes.count, start + pieceBytes)])
            while let item = lines.nextItem() { items.append(item) }
        }
        return items
    }

    private func line(_ text: String) -> CommandLines.Item { .line(Array(text.utf8)) }

    @Test(arguments: [1, 2, 3, 7, 512]) func pipelinedLinesAreTakenApart(pieceBytes: Int) {
        let bytes = Array("USER a\r\nPASS\r\n\r\nPWD\nNOOP\r\nQUI".utf8)
        #expect(
            items(bytes, pieceBytes: pieceBytes) == [line("USER a"), line("PASS"), line(""), line("PWD"), line("NOOP")])
    }

    @Test(arguments: [1, 512]) func aLineOfTheLimitIsTakenAndALongerOneThrownAway(pieceBytes: Int) {
        let longest = String(repeating: "x", count: CommandLines.lineLimitBytes)
        let bytes = Array("\(longest)\r\n\(longest)y\r\n\(longest)\n\(longest)yyyyyyyyyyyyyyy\nNOOP\r\n".utf8)
        #expect(
            items(bytes, pieceBytes: pieceBytes) == [line(longest), .tooLong, line(longest), .tooLong, line("NOOP")])
    }

    @Test(
        arguments: [
            [255, 244, 255, 242], [255, 244, 255], [255, 251, 1, 255, 253, 242], [255, 255], [],
        ] as [[UInt8]])
    func telnetControlsAreTakenOut(controls: [UInt8]) {
        #expect(items(controls + Array("ABOR\r\n".utf8), pieceBytes: 1) == [line("ABOR")])
    }

    @Test func anyByteStandsInALine() {
        #expect(items([0, 0x80, 0x0D, 0xC3, 0x0D, 0x0A], pieceBytes: 1) == [.line([0, 0x80, 0x0D, 0xC3])])
    }
}

@Suite struct ServerPathTests {
    @Test(arguments: [
        ("image.bin", "/a/image.bin"), ("/image.bin", "/image.bin"), ("./b//c/", "/a/b/c"), ("/", "/"), ("", "/a"),
        ("...", "/a/..."), ("..a", "/a/..a"),
    ])
    func namesAreSeenFromTheCurrentFolder(argument: String, path: String) throws {
        let current = try #require(ServerPath.root.resolving(Array("a".utf8)))
        #expect(current.resolving(Array(argument.utf8))?.description == path)
    }

    @Test(arguments: [
        "..", "../x", "/..", "b/../../x", "b/..", "x\0y", String(repeating: "n", count: 256),
        String(repeating: "d/", count: 33),
    ])
    func nothingLeadsOutside(argument: String) {
        #expect(ServerPath.root.resolving(Array(argument.utf8)) == nil)
    }
}
