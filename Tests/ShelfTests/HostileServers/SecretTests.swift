import Foundation
import Reports
import Testing

/// A password is for the server alone: it stands in no argument, no URL, no output and no log, even where the server says it again.
@Suite struct SecretTests {
    private static let password = "tUrnip99"
    /// As HTTP's Basic authentication sends it with the user `shelf`.
    private static let basic = "c2hlbGY6dFVybmlwOTk="

    private static let modes: [HostileMode] = [
        .ftp("it repeats the password", .failure(.unavailable, "refuses the login: 530 …, you said")) {
            $0.step = .password
            $0.fault = .other("530 \(password), you said")
        },
        .ftp("it repeats the password, and breaks", .failure(.failed, "426 …")) {
            $0.step = .retrieve
            $0.fault = .other("426 \(password)")
        },
        .http("it repeats the password", .failure(.unavailable, "refuses the login: HTTP/1.1 401 …?")) { _, _ in
            [.text("HTTP/1.1 401 \(password)?\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")]
        },
        .http("all is well", .success),
    ]

    @Test func aPasswordIsNowhere() throws {
        try HostileBench.run(cards: Self.modes.count) { bench in
            let file = try bench.folder.write(Self.password + "\n", to: "password")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            for (index, mode) in Self.modes.enumerated() {
                let run = try bench.check(
                    mode, slot: index + 1,
                    options: ["--user", "shelf", "--password-file", file, "--log-level", "debug", "--json"])
                for text in [run.output, run.errors, run.arguments] {
                    #expect(!text.contains(Self.password) && !text.contains(Self.basic), "\(mode): \(text)")
                }
                #expect(!run.arguments.isEmpty, "\(mode)")
            }
        }
    }

    /// Nor does it come from where others could have put or read it.
    @Test(arguments: [
        (["--url", "ftp://shelf:tUrnip99@127.0.0.1:1/a.img"], "has a user or a password in it"),
        (["--set", "groups.g.image.password=tUrnip99"], "does not belong in a plan, where others read it"),
    ]) func aPasswordInAPlanOrAURLIsRefusedAndNotRepeated(options: [String], sentence: String) throws {
        let folder = try TestFolder()
        let plan = try folder.write(
            """
            link_security: clear
            groups:
              g:
                image: {url: "ftp://127.0.0.1:1/a.img", manifest: {type: a, version: 1, size: 1, sha256: \(String(repeating: "0", count: 64))}}
                cards: {1: 127.0.0.1:1}
            """, to: "plan.yaml")
        let run = try ProgramRun("ce", ["download", plan] + options)
        #expect(run.exit == ProgramExit.badInput.rawValue)
        #expect(run.errors.contains(sentence), "\(run.errors)")
        #expect(!run.errors.contains("tUrnip99"), "\(run.errors)")
    }

    @Test func aPasswordFileOfOthersOrBehindALinkIsRefused() throws {
        let folder = try TestFolder()
        let file = try folder.write("secret\n", to: "password")
        let link = "\(folder.path)/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        for (path, mode, sentence) in [
            (file, 0o644, "may be read by others (mode 0644); chmod 600 it"),
            (link, 0o600, "is a link; name the file itself"),
        ] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            let run = try ProgramRun(
                "ce",
                [
                    "download", "--url", "ftp://127.0.0.1:1/a.img", "--type", "a", "--image-version", "1", "--size",
                    "1",
                    "--sha256", String(repeating: "0", count: 64), "--card", "1=127.0.0.1:1", "--user", "joe",
                    "--password-file", path, "--insecure-unsigned", "--link-security", "clear",
                ])
            #expect(run.exit == ProgramExit.badInput.rawValue)
            #expect(run.errors.contains(sentence), "\(run.errors)")
        }
    }
}
