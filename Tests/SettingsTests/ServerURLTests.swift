import Settings
import Testing

@Suite struct ServerURLTests {
    @Test(
        arguments: [
            ("ftp://127.0.0.1:2121/adsl-2.0.0.img", "127.0.0.1", 2121, "/adsl-2.0.0.img", "adsl-2.0.0.img"),
            ("FTP://server.example/a/b%20c.img", "server.example", 21, "/a/b%20c.img", "b c.img"),
            ("ftp://[::1]:21/x", "::1", 21, "/x", "x"),
            ("ftp://[::1]/folder/", "::1", 21, "/folder/", ""),
            ("ftpes://h/x", "h", 21, "/x", "x"), ("ftps://h/x", "h", 990, "/x", "x"),
            ("http://h/x", "h", 80, "/x", "x"), ("https://h:8443/x", "h", 8443, "/x", "x"),
            ("file:///a/b%20c.img", "", 0, "/a/b%20c.img", "b c.img"),
        ] as [(String, String, UInt16, String, String)]) func aURLIsRead(
            text: String, host: String, port: UInt16, path: String, fileName: String
        ) throws
    {
        let url = try ServerURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.path == path)
        #expect(url.fileName == fileName)
        #expect(url.isFolder == fileName.isEmpty)
        #expect(url.description == text)
    }

    private static let noURL = "is no URL; expected ftp://HOST[:PORT]/PATH, such as ftp://127.0.0.1:2121/adsl-2.0.0.img"
    private static let blank =
        "has a blank, a control character or a letter beyond ASCII in it; write it as %20 and the like"
    private static let credentials =
        "has a user or a password in it; use user and password_file, or the environment variable CE_PASSWORD"
    private static let control = "has an encoded control character in it, such as %0d, %0a or %00"

    @Test(arguments: [
        ("adsl.img", noURL),
        ("ftp:/host/x", noURL),
        ("gopher://host/x", "begins with 'gopher:'; expected one of ftp, ftpes, ftps, http, https and file"),
        ("file://host/x", "names a host; expected file:///PATH, with three slashes"),
        ("file:///a%0ab", control),
        ("https://name:secret@host/x", credentials),
        ("https://host", "has no path; expected https://HOST[:PORT]/PATH"),
        ("ftp://name:secret@host/x", credentials),
        ("ftp://host/a%0d%0aDELE%20x", control),
        ("ftp://host/a%0Ax", control),
        ("ftp://host/a%00", control),
        ("ftp://host/a%7f", control),
        ("ftp://host/a\r\nDELE x", blank),
        ("ftp://host/a b", blank),
        ("ftp://höst/a", blank),
        ("ftp://host/a%2", "has a '%' without two hexadecimal digits behind it"),
        ("ftp://host/%zz", "has a '%' without two hexadecimal digits behind it"),
        ("ftp://host/a#b", "has a '#' in its path; write it as %23"),
        ("ftp://host/a?b", "has a '?' in its path; write it as %3F"),
        ("ftp://host/a;type=a", "has a ';' in its path; write it as %3B"),
        ("ftp://host", "has no path; expected ftp://HOST[:PORT]/PATH"),
        ("ftp:///x", "has no host name; expected ftp://HOST[:PORT]/PATH"),
        ("ftp://ho\\st/x", "has no host name; expected ftp://HOST[:PORT]/PATH"),
        ("ftp://host:0/x", "has the port '0'; expected a number from 1 to 65535"),
        ("ftp://host:65536/x", "has the port '65536'; expected a number from 1 to 65535"),
        ("ftp://host:+21/x", "has the port '+21'; expected a number from 1 to 65535"),
        ("ftp://[::1/x", "lacks the ']' behind the address"),
        ("ftp://[::1]x/x", "has 'x' between address and path"),
        ("ftp://[host]/x", "has no IPv6 address between its brackets"),
        ("ftp://host/" + String(repeating: "x", count: 2048), "has 2059 bytes; the most is 2048"),
    ]) func whatMayNotBeDownloadedFromIsRefused(text: String, message: String) {
        let refusal = #expect(throws: ServerURL.Refusal.self) { try ServerURL(text) }
        #expect(refusal?.message == message)
    }

    @Test func aFileIsNoServer() {
        let refusal = #expect(throws: ServerURL.Refusal.self) {
            try ServerURL("file:///etc/passwd", schemes: ServerScheme.ofServers)
        }
        #expect(refusal?.message == "begins with 'file:'; expected one of ftp, ftpes, ftps, http and https")
    }

    @Test func whatLiesBesideAFileHasItsNameAndASuffix() throws {
        let url = try ServerURL("ftps://h/a%20b.img")
        #expect(url.appending(".manifest.yaml")?.description == "ftps://h/a%20b.img.manifest.yaml")
        #expect(url.decodedPath == "/a b.img")
    }
}
