import FileServer
import Links
import Runtime
import Testing

@Suite struct SessionTests {
    @Test(arguments: LoopKind.allCases, ["EPSV", "PASV"]) func aFileComesWhole(kind: LoopKind, mode: String) throws {
        let folder = Folder()
        let counts = try Shelf.run(kind, folder: folder) { shelf in
            let client = try await shelf.loggedIn()
            let (codes, bytes) = try await client.fetch("RETR image.bin", mode: mode)
            #expect(codes == [150, 226])
            #expect(bytes == shelf.folder.image)
            #expect(try await client.askCode("QUIT") == 221)
            #expect(try await client.reply() == nil)
            return shelf.server.counts
        }
        var expected = FileServerCounts()
        expected.sessions = 1
        expected.logins = 1
        expected.retrieves = 1
        expected.completedRetrieves = 1
        expected.imageBytes = UInt64(folder.image.count)
        expected.files["/image.bin", default: FileCounts()].retrieves = 1
        expected.files["/image.bin", default: FileCounts()].completedRetrieves = 1
        expected.files["/image.bin", default: FileCounts()].imageBytes = UInt64(folder.image.count)
        #expect(counts == expected)
    }

    @Test(arguments: LoopKind.allCases, [0, 1, 65_536, 299_999, 300_000])
    func restBeginsInTheMiddleAndHoldsOnce(kind: LoopKind, offset: Int) throws {
        try Shelf.run(kind) { shelf in
            let client = try await shelf.loggedIn()
            let (codes, bytes) = try await client.fetch("RETR image.bin", from: offset)
            #expect(codes == [350, 150, 226])
            #expect(bytes == Array(shelf.folder.image[offset...]))
            #expect(try await client.fetch("RETR image.bin").bytes == shelf.folder.image)
            #expect(shelf.server.counts.imageBytes == UInt64(600_000 - offset))
            client.control.close()
        }
    }

    @Test func restBeyondTheEndIsRefused() throws {
        try Shelf.run(.virtual) { shelf in
            let client = try await shelf.loggedIn()
            #expect(try await client.fetch("RETR image.bin", from: 300_001).codes == [350, 554])
            #expect(shelf.server.counts.retrieves == 0)
        }
    }

    @Test(arguments: [
        ("PWD", "257 \"/\" is the current folder"), ("SIZE image.bin", "213 300000"), ("SIZE /sub/small.txt", "213 5"),
        ("MDTM image.bin", "213 20010909014640"), ("SYST", "215 UNIX Type: L8"), ("NOOP", "200 OK"),
        ("FEAT", "211 End"),
        ("CWD sub", "250 /sub is the current folder"), ("OPTS UTF8 ON", "200 OK"),
        ("ABOR", "226 No transfer is under way"),
    ])
    func questionsAreAnswered(command: String, reply: String) throws {
        try Shelf.run(.virtual) { shelf in
            let client = try await shelf.loggedIn()
            let answer = try await client.ask(command)
            #expect(answer == reply)
            #expect(shelf.server.counts.refusedCommands == 0)
        }
    }

    @Test(arguments: [
        ("RETR nosuch", 550), ("RETR sub", 550), ("RETR /", 550), ("RETR pipe", 550), ("SIZE nosuch", 550),
        ("MDTM sub", 550),
        ("RETR ../image.bin", 550), ("RETR sub/../image.bin", 550), ("RETR /../etc/passwd", 550),
        ("RETR /etc/passwd", 550),
        ("RETR link", 550), ("RETR linked-folder/secret", 550), ("RETR inner-link/small.txt", 550), ("SIZE link", 550),
        ("CWD ..", 550), ("CWD linked-folder", 550), ("CWD image.bin", 550), ("NLST linked-folder", 550),
        ("NLST ..", 550),
        ("STOR new", 550), ("DELE image.bin", 550), ("PORT 127,0,0,1,9,9", 502), ("AUTH TLS", 502), ("TYPE E", 504),
        ("REST x", 501), ("RETR", 501), ("RETR a\0b", 500), ("nonsense", 500), ("RETR image.bin", 425), ("EPSV 2", 522),
    ])
    func whatIsNotServedIsRefusedAndTheSessionGoesOn(command: String, code: Int) throws {
        try Shelf.run(.virtual) { shelf in
            let client = try await shelf.loggedIn()
            #expect(try await client.askCode(command) == code)
            #expect(shelf.server.counts.refusedCommands == 1)
            #expect(try await client.fetch("RETR image.bin").bytes == shelf.folder.image)
        }
    }

    @Test(arguments: LoopKind.allCases) func anOverlongLineIsRefusedAndTheSessionGoesOn(kind: LoopKind) throws {
        try Shelf.run(kind) { shelf in
            let client = try await shelf.loggedIn()
            #expect(try await client.askCode("RETR " + String(repeating: "x", count: 100_000)) == 500)
            #expect(try await client.askCode("NOOP") == 200)
        }
    }

    @Test(arguments: LoopKind.allCases) func pipelinedCommandsAreAnsweredInOrder(kind: LoopKind) throws {
        try Shelf.run(kind) { shelf in
            let client = try await shelf.client()
            try await client.send("USER ftp\r\nPASS x\r\nTYPE I\r\nSIZE image.bin\r\nSIZE nosuch\r\nQUIT\r\nNOOP\r\n")
            var codes: [Int] = []
            for _ in 0..<6 { codes.append(try await client.code()) }
            #expect(codes == [331, 230, 200, 213, 550, 221])
        }
    }

    @Test func listingsShowWhatIsServed() throws {
        try Shelf.run(.virtual) { shelf in
            let client = try await shelf.loggedIn()
            let names = try await client.fetch("NLST")
            #expect(String(decoding: names.bytes, as: UTF8.self) == "image.bin\r\nsub\r\n")
            let long = try await client.fetch("LIST -a")
            #expect(
                String(decoding: long.bytes, as: UTF8.self)
                    .hasPrefix("-r--r--r-- 1 ftp ftp       300000 Sep 09  2001 image.bin\r\nd"))
            #expect(shelf.server.counts.retrieves == 0)
            #expect(shelf.server.counts.imageBytes == 0)
        }
    }

    @Test(arguments: [
        (FileServerSettings.Login.anonymous, "anonymous", "a@b", 230), (.anonymous, "FTP", "", 230),
        (.anonymous, "root", "x", 530),
        (.password(user: "ne", password: "pw"), "ne", "pw", 230),
        (.password(user: "ne", password: "pw"), "ne", "PW", 530),
        (.password(user: "ne", password: "pw"), "ne", "", 530),
        (.password(user: "ne", password: "pw"), "anonymous", "pw", 530),
    ])
    func onlyWhoMayLogsIn(login: FileServerSettings.Login, user: String, password: String, code: Int) throws {
        try Shelf.run(.virtual, FileServerSettings(login: login)) { shelf in
            let client = try await shelf.client()
            #expect(try await client.askCode("RETR image.bin") == 530)
            #expect(try await client.askCode("PASS \(password)") == 503)
            #expect(try await client.askCode("USER \(user)") == 331)
            #expect(try await client.askCode("PASS \(password)") == code)
            #expect(try await client.askCode("PWD") == (code == 230 ? 257 : 530))
            #expect(shelf.server.counts.logins == (code == 230 ? 1 : 0))
        }
    }

    @Test func aPasswordIsInNoDescription() {
        let login = FileServerSettings.Login.password(user: "ne", password: "hunter2")
        #expect("\(login) \(FileServerSettings(login: login))".contains("hunter2") == false)
    }

    @Test func wrongPasswordsEndTheSession() throws {
        try Shelf.run(.virtual) { shelf in
            let client = try await shelf.client()
            for _ in 0..<3 {
                _ = try await client.ask("USER root")
                #expect(try await client.askCode("PASS x") == 530)
            }
            #expect(try await client.reply() == nil)
        }
    }

    @Test func epsvAllForbidsPasv() throws {
        try Shelf.run(.virtual) { shelf in
            let client = try await shelf.loggedIn()
            #expect(try await client.askCode("EPSV ALL") == 200)
            #expect(try await client.askCode("PASV") == 503)
            #expect(try await client.fetch("RETR image.bin").codes == [150, 226])
        }
    }

    @Test func filesAreServedAsBytesOnly() throws {
        try Shelf.run(.virtual) { shelf in
            let client = try await shelf.loggedIn()
            _ = try await client.ask("TYPE A")
            #expect(try await client.askCode("SIZE image.bin") == 550)
            #expect(try await client.fetch("RETR image.bin").codes == [550])
        }
    }

    @Test func aMissingFolderIsNamed() throws {
        let loop = VirtualTimeLoop(seed: 1)
        let error = try loop.run { () -> FileServerError? in
            let server = FileServer(
                root: "/nonexistent", settings: FileServerSettings(), network: VirtualNetwork(loop: loop), loop: loop)
            do throws(FileServerError) {
                _ = try await server.start()
                return nil
            } catch {
                return error
            }
        }
        #expect(error?.description.contains("/nonexistent: No such file or directory") == true)
    }
}
