import Glibc
import Settings
import Testing

@Suite struct HostileFileTests {
    @Test(arguments: [
        ("", "f.yaml:1:1: the file is empty; expected keys and values"),
        ("# nothing\n\n", "f.yaml:1:1: the file is empty; expected keys and values"),
        ("---\n", "f.yaml:2:1: is empty; expected a mapping with keys such as count"),
        ("count: 1\n---\ncount: 2\n", "f.yaml:2:1: a second document begins here; a settings file has one"),
        (
            "count: &a 1\nratio: *a",
            "f.yaml:1:8: anchors and aliases are not accepted; write the value out where it is needed"
        ),
        ("count: *a", "f.yaml:1:8: not valid YAML: found undefined alias"),
        ("count: !secret 1", "f.yaml:1:8: tags are not accepted: remove '!secret'"),
        ("count: !!int 1", "f.yaml:1:8: tags are not accepted: remove 'tag:yaml.org,2002:int'"),
        ("count: 1\n? [a]\n: 2", "f.yaml:2:3: a key must be a single value, not a list"),
        ("count: \"\\0\"", "f.yaml:1:8: count has a control character in it: '\\u{0}'"),
        (
            "count: 1\n\ttitle: x",
            "f.yaml:2:1: not valid YAML: found a tab character that violates indentation, while scanning a plain scalar that began at 1:8"
        ),
        (
            "count: [1, 2",
            "f.yaml:2:1: not valid YAML: did not find expected ',' or ']', while parsing a flow sequence that began at 1:8"
        ),
        (
            "count: 1\ncount 2\n",
            "f.yaml:3:1: not valid YAML: could not find expected ':', while scanning a simple key that began at 2:1"
        ),
        (
            "count: \"1",
            "f.yaml:1:10: not valid YAML: found unexpected end of stream, while scanning a quoted scalar that began at 1:8"
        ),
        ("a: 1\u{0}", "f.yaml:1:5: control character 0x0; a settings file is text"),
        ("a: 1\nb: \u{1B}[2J", "f.yaml:2:4: control character 0x1B; a settings file is text"),
    ]) func whatIsNoSettingsFileIsRefused(text: String, message: String) {
        #expect(ReaderSample.errors(text) == message)
    }

    @Test(
        arguments: [
            ([0xFF], "f.yaml:1:1: byte 0xFF is not UTF-8; save the file as UTF-8 text"),
            (
                Array("count: 1\ntitle: é".utf8.dropLast()),
                "f.yaml:2:8: byte 0xC3 is not UTF-8; save the file as UTF-8 text"
            ),
            (Array("é: 1\n".utf8) + [0x80], "f.yaml:2:1: byte 0x80 is not UTF-8; save the file as UTF-8 text"),
            ([0xFF, 0xFE, 0x61, 0], "f.yaml:1:1: byte 0xFF is not UTF-8; save the file as UTF-8 text"),
        ] as [([UInt8], String)]) func whatIsNotUTF8IsRefused(bytes: [UInt8], message: String)
    {
        #expect(ReaderSample.errors(bytes) == message)
    }

    @Test func aByteOrderMarkIsLeftOut() throws {
        #expect(try ReaderSample.read([0xEF, 0xBB, 0xBF] + Array("count: 3".utf8)).count == 3)
    }

    @Test func nestingHasALimit() {
        let levels = SettingsLimits.maximumDepth
        let text = "title: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        #expect(
            ReaderSample.errors(text) == """
                f.yaml:1:1: the key 'count' is missing
                f.yaml:1:8: title is a list; expected a title
                f.yaml:1:23: nested more than 16 levels deep
                """)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "]) func bottomlessNestingIsRefused(opening: String) {
        let errors = ReaderSample.errors(String(repeating: opening, count: 200_000 / opening.count))
        #expect(!errors.isEmpty)
    }

    @Test func manyAliasesAreRefusedBeforeTheyAreParsed() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(
            ReaderSample.errors(text)
                == "f.yaml:2:1: the file has words like '&name', and more than 1 like '*name'; "
                + "anchors and aliases are not accepted: write the values out")
    }

    @Test func aliasesAsKeysAreRefused() {
        let nested = String(repeating: "[", count: 990) + "x" + String(repeating: "]", count: 990)
        var text = "? &a0 \(nested)\n: 1\n"
        for level in 1...SettingsLimits.maximumAliasLikeWords {
            text += "? &a\(level) " + nested.replacing("x", with: "*a\(level - 1)") + "\n: 1\n"
        }
        #expect(ReaderSample.errors(text).contains("f.yaml:1:3: anchors and aliases are not accepted"))
    }

    @Test(arguments: ["# *bold* words &c\ncount: 1", "count: 1\n# *bold* words"])
    func starsInCommentsAreNoAliases(text: String) throws {
        let text = text.replacing("*", with: "*bold* *bold* *bold* *")
        #expect(ReaderSample.errors(text).isEmpty)
    }

    @Test func aHugeValueIsRefused() {
        let text = "count: 1\ntitle: " + String(repeating: "x", count: 1_000_000)
        #expect(ReaderSample.errors(text) == "f.yaml:2:8: title has 1000000 bytes; the most is 4096")
    }

    @Test func aHugeWrongValueIsShortenedInItsMessage() {
        let text = "count: " + String(repeating: "x", count: 4000)
        let shown = String(repeating: "x", count: 80)
        #expect(ReaderSample.errors(text) == "f.yaml:1:8: count is '\(shown)…'; expected a whole number from 0 to 100")
    }

    @Test func aHugeFileIsRefused() {
        let text = "count: 1 #" + String(repeating: "x", count: SettingsLimits.maximumFileBytes)
        #expect(ReaderSample.errors(text) == "f.yaml: has more than 1MiB, the most that is read")
    }

    @Test func errorsHaveALimit() {
        let text = "count: 1\n" + (0..<1000).map { "k\($0): 1\n" }.joined()
        let lines = ReaderSample.errors(text).split(separator: "\n")
        #expect(lines.count == DiagnosticList.maximumDiagnostics + 1)
        #expect(lines.last == "f.yaml: more than 100 errors; the others are not shown")
    }

    @Test func duplicateKeysBeyondTheLimitAreStillRefused() {
        let text = "count: 1\n" + (0..<SettingsLimits.maximumDuplicateKeys + 1).map { _ in "count: 1\n" }.joined()
        #expect(ReaderSample.errors(text).contains("key 'count' stands twice in one mapping"))
    }

    @Test func aDuplicateKeyThatIsSpelledOtherwiseIsStillRefused() {
        #expect(
            ReaderSample.errors("\"c\\x6funt\": 1\ncount: 2\n") == "f.yaml:1:1: key 'count' stands twice in one mapping"
        )
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: SettingsError.self) { try SourceText(contentsOf: "/no/such/file.yaml") }
        #expect(error?.description == "/no/such/file.yaml: cannot be opened: No such file or directory")
    }

    @Test func aFolderIsNoFile() {
        let error = #expect(throws: SettingsError.self) { try SourceText(contentsOf: "/tmp") }
        #expect(error?.description == "/tmp: is a folder, not a file")
    }

    @Test func aDeviceIsNoFile() {
        let error = #expect(throws: SettingsError.self) { try SourceText(contentsOf: "/dev/zero") }
        #expect(error?.description == "/dev/zero: is not a regular file")
    }
}
