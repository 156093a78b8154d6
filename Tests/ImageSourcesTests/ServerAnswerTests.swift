import ImageSources
import Testing

/// What servers say before a file's first byte, and what is to be thought of it.
@Suite struct ServerAnswerTests {
    private func answer(_ lines: [String], isHTTP: Bool) -> ServerAnswer {
        var answer = ServerAnswer(isHTTP: isHTTP)
        for line in lines { Array("\(line)\r\n".utf8).withUnsafeBytes { answer.take($0) } }
        return answer
    }

    @Test func ftpRepliesTellSizeAndTime() {
        let answer = answer(["220 hello", "213 20260102030405.678", "213 16777216", "150 here"], isHTTP: false)
        #expect(answer.validator == ImageValidator(byteCount: 16_777_216, modified: "20260102030405.678"))
        #expect(answer.text == "150 here")
        #expect(answer.objection(url: "u", offset: 0, expected: nil) == nil)
    }

    @Test(arguments: ["213 ", "213 -1", "213 12a", "213-16", "550 16", "213 99999999999999999999999"])
    func aReplyThatIsNoSizeTellsNone(
        line: String
    ) {
        #expect(answer([line], isHTTP: false).validator.byteCount == nil)
    }

    @Test func whatCouldDisturbATerminalIsLeftOut() {
        #expect(answer(["550 a\u{1B}[2Jb\u{7F}\u{E9}"], isHTTP: false).text == "550 a[2Jb")
        #expect(answer(["550 " + String(repeating: "x", count: 5000)], isHTTP: false).text.count == 200)
    }

    @Test func httpHeadersTellSizeTagAndTime() {
        let lines = [
            "HTTP/1.1 100 Continue", "ETag: \"old\"", "", "HTTP/1.1 206 Partial Content", "content-LENGTH: 100",
            "Content-Range: bytes 100-199/200", "ETag:  \"a b\" ", "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT", "",
        ]
        let answer = answer(lines, isHTTP: true)
        #expect(answer.status == 206)
        #expect(
            answer.validator
                == ImageValidator(byteCount: 200, modified: "Fri, 02 Jan 2026 03:04:05 GMT", tag: "\"a b\""))
        #expect(answer.objection(url: "u", offset: 100, expected: answer.validator) == nil)
    }

    @Test(arguments: [
        "bytes 5-9", "bytes 9-5/10", "bytes a-9/10", "bytes -9/10", "5-9/10", "bytes */10", "bytes 5-9/x",
        "bytes 5-9/10/11", "",
    ]) func whatIsNoRangeIsNone(text: String) {
        #expect(ContentRange(text) == nil)
    }

    @Test func aRangeMayLeaveTheWholeLengthOpen() {
        #expect(ContentRange("bytes 5-9/*")?.total == nil)
        #expect(ContentRange("bytes 5-9/*")?.first == 5)
    }

    private enum Kind { case changed, refused, unsuitable }

    private func kind(_ error: SourceError?) -> Kind? {
        switch error {
        case .changed: .changed
        case .resumptionRefused: .refused
        case .unsuitable: .unsuitable
        default: nil
        }
    }

    private static let partial = "HTTP/1.1 206 Partial Content"

    @Test func aServerThatIgnoresRangesIsNamedSo() {
        let error = answer(["HTTP/1.1 200 OK"], isHTTP: true).objection(url: "u", offset: 5, expected: nil)
        #expect(
            error?.description
                == "the file server gives u from its beginning only, not from byte 5: HTTP/1.1 200 OK: the server ignores ranges"
        )
    }

    @Test func otherRangesThanWereAskedForAreRefused() {
        for range in ["bytes 0-199/200", "bytes 101-199/200", "bytes 100-150/200", "nonsense"] {
            let answer = answer([Self.partial, "Content-Range: \(range)"], isHTTP: true)
            #expect(kind(answer.objection(url: "u", offset: 100, expected: nil)) == .refused, "\(range)")
        }
        #expect(kind(answer([Self.partial], isHTTP: true).objection(url: "u", offset: 100, expected: nil)) == .refused)
    }

    @Test(arguments: [
        ["HTTP/1.1 302 Found", "Location: http://elsewhere/"], ["HTTP/1.1 304 Not Modified"],
        ["HTTP/1.1 204 No Content"], ["HTTP/1.1 200 OK", "Content-Encoding: gzip"],
        [partial, "Content-Range: bytes 100-199/200", "Content-Encoding: br"], ["ICY 200 OK"],
    ]) func whatIsNotTheFileItselfIsUnsuitable(lines: [String]) {
        #expect(kind(answer(lines, isHTTP: true).objection(url: "u", offset: 100, expected: nil)) == .unsuitable)
    }

    @Test func anotherImageHasChangedWhateverTheServerMakesOfTheRange() {
        let known = ImageValidator(byteCount: 200, tag: "\"a\"")
        for lines in [
            ["HTTP/1.1 200 OK", "ETag: \"b\"", "Content-Length: 200"], ["HTTP/1.1 200 OK", "Content-Length: 201"],
            [Self.partial, "Content-Range: bytes 100-200/201"],
        ] {
            let error = answer(lines, isHTTP: true).objection(url: "u", offset: 100, expected: known)
            #expect(kind(error) == .changed, "\(lines)")
        }
    }

    @Test func whatOnlyOneKnowsSaysNothing() {
        #expect(!ImageValidator(byteCount: 1).contradicts(ImageValidator(modified: "x", tag: "y")))
        #expect(!ImageValidator(byteCount: 1, tag: "y").contradicts(ImageValidator(byteCount: 1)))
        #expect(ImageValidator(byteCount: 1, tag: "y").contradicts(ImageValidator(byteCount: 1, tag: "z")))
    }
}
