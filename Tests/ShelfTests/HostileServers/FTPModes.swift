import Reports

/// FTP: each reply spoilt in each way, and what servers do with the file. `ce` asks twice, and waits for a second each time.
enum FTPModes {
    private static let half = HostileBench.imageBytes / 2

    private static let unreachable = HostileMode.Outcome.failure(.unavailable, "cannot reach the file server")
    private static let loginRefused = HostileMode.Outcome.failure(.unavailable, "refuses the login")
    /// Both times.
    private static let broken = HostileMode.Outcome.failure(.failed, "1 attempts to go on have failed")

    /// Of which the client asks for a reply in every session.
    private static let steps = FTPConduct.Step.allCases.filter { $0 != .restart }

    /// A reply that is merely slow, torn, long or decorated is a reply.
    static let harmless: [HostileMode] = steps.flatMap { step in
        [Fault.delayed(200), .torn, .oversize(64 << 10), .lines, .nonASCII, .controls, .nul].map {
            HostileMode.ftp(step, $0, .success)
        }
    }

    /// Of a reply of a MiB libcurl takes 300 KiB. Where all of the file was there, that does not matter.
    static let oversize: [HostileMode] = steps.map { step in
        let broken = HostileMode.Outcome.failure(.failed, "Too large response headers")
        return HostileMode.ftp(step, .oversize(1 << 20), step == .complete ? .success : broken)
    }

    /// Three replies for one, each taken for the answer to the next question.
    static let repeated: [HostileMode] = steps.map { step in
        let outcome: HostileMode.Outcome =
            switch step {
            case .user: loginRefused
            case .retrieve, .complete: .success
            default: broken
            }
        return HostileMode.ftp(step, .repeated(3), outcome)
    }

    /// The answer to the next question comes with that to this one.
    static let early: [HostileMode] = [
        .ftp(.greeting, .early("331 password\r\n"), loginRefused), .ftp(.user, .early("230 welcome\r\n"), broken),
        .ftp(.password, .early("257 \"/\"\r\n"), broken), .ftp(.folder, .early("229 here (|||1|)\r\n"), broken),
        .ftp(.passive, .early("200 binary\r\n"), broken), .ftp(.type, .early("213 200000\r\n"), broken),
        .ftp(.size, .early("213 20260101000000\r\n"), broken), .ftp(.time, .early("213 200000\r\n"), broken),
        .ftp(.retrieve, .early("226 done\r\n"), .success), .ftp(.complete, .early("221 bye\r\n"), .success),
    ]

    /// The server stumbles once, and is good afterwards.
    static let once: [HostileMode] = [
        .ftp(.greeting, .closed, .success, once: true),
        .ftp(.greeting, .other("421 too many users"), .success, once: true),
        .ftp(.retrieve, .closed, .success, once: true), .ftp(.retrieve, .reset, .success, once: true),
        .ftp(.retrieve, .silent, .success, once: true), .ftp(.retrieve, .other("421 too busy"), .success, once: true),
        .ftp(.retrieve, .other("450 busy"), .success, once: true), .ftp(.passive, .closed, .success, once: true),
        .ftp(.size, .closed, .success, once: true),
        .ftp("cut in the middle, once", .success) {
            $0.data = .closed(half)
            $0.isOnce = true
        },
        .ftp("reset in the middle, once", .success) {
            $0.data = .reset(half)
            $0.isOnce = true
        },
        .ftp("stalled in the middle, once", .success) {
            $0.data = .stalled(half)
            $0.isOnce = true
        },
        .ftp("cut in the middle and called complete, once", .success) {
            $0.data = .truncated(half)
            $0.isOnce = true
        },
        .ftp("cut without a size and called complete, once", .success) {
            $0.data = .truncated(half)
            $0.hidesSize = true
            $0.isOnce = true
        },
        .ftp("REST is refused after a cut", .success) {
            $0.data = .closed(half)
            $0.isOnce = true
            $0.refusesRestart = true
        },
        .ftp("REST is ignored after a cut", .success) {
            $0.data = .closed(half)
            $0.isOnce = true
            $0.ignoresRestart = true
        },
    ]

    /// It is strange, but the image is the image.
    static let strange: [HostileMode] = [
        .ftp(.complete, .silent, .success), .ftp(.complete, .closed, .success), .ftp(.complete, .reset, .success),
        .ftp("no SIZE", .success) { $0.hidesSize = true },
        .ftp("a foreign address in PASV", .success) { $0.passiveAddress = "10,0,0,1" },
        .ftp(.folder, .other("500 what?"), .success), .ftp(.time, .other("213 yesterday"), .success),
        .ftp(.time, .other("500 what?"), .success), .ftp(.size, .other("213 18446744073709551616"), .success),
    ]

    /// What must not become an image.
    static let bad: [HostileMode] = [
        .ftp(.greeting, .silent, unreachable), .ftp(.greeting, .closed, broken), .ftp(.greeting, .garbage, unreachable),
        .ftp(.greeting, .endless, .failure(.failed, "Too large response headers")),
        .ftp(.greeting, .other("421 too many users"), .failure(.failed, "421 too many users")),
        .ftp(.user, .other("530 not you"), .failure(.unavailable, "refuses the login: 530 not you")),
        .ftp(.password, .other("530 not you"), .failure(.unavailable, "refuses the login: 530 not you")),
        .ftp(.password, .silent, broken), .ftp(.passive, .other("229 here (|||99999|)"), broken),
        .ftp(.passive, .garbage, broken), .ftp(.type, .other("500 no"), broken),
        .ftp(.size, .other("213 -1"), .failure(.failed, "before the 200000 bytes of the manifest")),
        .ftp(.retrieve, .other("550 no such file"), .failure(.unavailable, "550 no such file; check the path")),
        .ftp(.retrieve, .other("426 not now"), .failure(.failed, "426 not now")), .ftp(.retrieve, .silent, broken),
        .ftp("nobody at the data port", broken) { $0.data = .nobody },
        .ftp("SIZE names half the file", .failure(.failed, "it has \(half) bytes there, and 200000 by its manifest")) {
            $0.announcedBytes = half
            $0.data = .truncated(half)
        },
        .ftp("SIZE names twice the file", .failure(.failed, "it has 400000 bytes there, and 200000 by its manifest")) {
            $0.announcedBytes = 2 * HostileBench.imageBytes
        },
        .ftp("cut without a size, always", .failure(.failed, "before the 200000 bytes of the manifest")) {
            $0.data = .truncated(half)
            $0.hidesSize = true
        },
        .ftp("another byte", .failure(.failed, "no card was told that")) { $0.data = .corrupt(half) },
        .ftp("one byte more", .failure(.failed, "the server gives more than the 200000 bytes")) {
            $0.data = .longer(1)
            $0.hidesSize = true
        },
        .ftp("no end", .failure(.failed, "the server gives more than the 200000 bytes")) {
            $0.data = .longer(0)
            $0.hidesSize = true
        },
        .ftp("stalled, always", broken) { $0.data = .stalled(1000) },
        .ftp("REST is ignored after a cut, always", .failure(.failed, "1 attempts to go on have failed")) {
            $0.data = .closed(half)
            $0.ignoresRestart = true
        },
    ]

    static let all = harmless + oversize + repeated + early + once + strange + bad
}
