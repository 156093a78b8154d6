import Reports

/// FTP: each reply spoilt in each way, and what servers do with the file. `ce` asks twice, and waits for a second each time.
enum FTPModes {
    private static let half = HostileBench.imageBytes / 2

    /// A reply that is merely slow, torn or decorated is a reply.
    static let harmless: [HostileMode] = FTPConduct.Step.allCases.filter { $0 != .restart }.flatMap { step in
        [Fault.delayed(300), .torn, .nonASCII, .controls].map { HostileMode.ftp(step, $0, .success) }
    }

    /// The server stumbles once, and is good afterwards.
    static let once: [HostileMode] = [
        .ftp(.retrieve, .closed, .success, once: true), .ftp(.retrieve, .reset, .success, once: true),
        .ftp(.retrieve, .silent, .success, once: true), .ftp(.retrieve, .other("421 too busy"), .success, once: true),
        .ftp(.passive, .closed, .success, once: true), .ftp(.size, .closed, .success, once: true),
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
    ]

    /// It is strange, but the image is the image.
    static let strange: [HostileMode] = [
        .ftp(.complete, .silent, .success), .ftp(.complete, .closed, .success), .ftp(.complete, .reset, .success),
        .ftp("no SIZE", .success) { $0.hidesSize = true },
        .ftp("a foreign address in PASV", .success) { $0.passiveAddress = "10,0,0,1" },
        .ftp(.time, .other("213 yesterday"), .success), .ftp(.time, .other("500 what?"), .success),
    ]

    /// What must not become an image.
    static let bad: [HostileMode] = [
        .ftp(.greeting, .silent, .failure(.unavailable, "cannot reach the file server")),
        .ftp(.greeting, .closed, .failure(.unavailable, "cannot reach the file server")),
        .ftp(.greeting, .garbage, .failure(.unavailable, "cannot reach the file server")),
        .ftp(.greeting, .endless, .failure(.failed, "broke after 0 bytes")),
        .ftp(.greeting, .other("HTTP/1.1 400 Bad Request"), .failure(.unavailable, "cannot reach the file server")),
        .ftp(.greeting, .other("421 too many users"), .failure(.unavailable, "cannot reach the file server")),
        .ftp(.greeting, .oversize(1 << 20), .failure(.failed, "broke after 0 bytes")),
        .ftp(.user, .other("530 not you"), .failure(.unavailable, "refuses the login: 530 not you")),
        .ftp(.password, .other("530 not you"), .failure(.unavailable, "refuses the login: 530 not you")),
        .ftp(.password, .silent, .failure(.failed, "broke after 0 bytes")),
        .ftp(.password, .nul, .failure(.failed, "broke after 0 bytes")),
        .ftp(.user, .repeated(3), .failure(.failed, "broke after 0 bytes")),
        .ftp(.user, .early("230 welcome\r\n257 \"/\"\r\n"), .failure(.failed, "broke after 0 bytes")),
        .ftp(.passive, .other("229 here (|||99999|)"), .failure(.failed, "broke after 0 bytes")),
        .ftp(.passive, .garbage, .failure(.failed, "broke after 0 bytes")),
        .ftp(.size, .other("213 18446744073709551616"), .failure(.failed, "broke after 0 bytes")),
        .ftp(.size, .other("213 -1"), .failure(.failed, "broke after 0 bytes")),
        .ftp(.retrieve, .other("550 no such file"), .failure(.unavailable, "550 no such file; check the path")),
        .ftp(.retrieve, .silent, .failure(.failed, "1 attempts to go on have failed")),
        .ftp("nobody at the data port", .failure(.failed, "broke after 0 bytes")) { $0.data = .nobody },
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
        .ftp("another byte", .failure(.failed, "no card was told that it is valid")) { $0.data = .corrupt(half) },
        .ftp("one byte more", .failure(.failed, "the server gives more than the 200000 bytes")) {
            $0.data = .longer(1)
            $0.hidesSize = true
        },
        .ftp("no end", .failure(.failed, "the server gives more than the 200000 bytes")) {
            $0.data = .longer(0)
            $0.hidesSize = true
        },
        .ftp("stalled, always", .failure(.failed, "1 attempts to go on have failed")) { $0.data = .stalled(1000) },
    ]

    static let all = harmless + once + strange + bad
}
