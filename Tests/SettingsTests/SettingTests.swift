import Settings
import Testing

@Suite struct SettingTests {
    @Test func aFileIsRead() throws {
        let text = """
            # A comment.
            count: 010
            ratio: 0.25
            flag: true
            size: 64KiB
            rate: 512kbit
            wait: 20ms
            colour: green
            title: "yes: #1"
            name: adsl-2.0
            numbers: [1, 2, 3]
            map: {b: red, a: blue, c: red}
            pool: {memory: 1MiB, blocks: 8}
            """
        let sample = try ReaderSample.read(text)
        #expect(sample.count == 10)
        #expect(sample.ratio == 0.25)
        #expect(sample.isOn == true)
        #expect(sample.size == .kibibytes(64))
        #expect(sample.rate == DataRate(bitsPerSecond: 512_000))
        #expect(sample.wait == .milliseconds(20))
        #expect(sample.colour == .green)
        #expect(sample.title == "yes: #1")
        #expect(sample.name?.description == "adsl-2.0")
        #expect(sample.numbers == [1, 2, 3])
        #expect(sample.names == ["b", "a", "c"])
        #expect(sample.pool?.blockBytes == 131_072)
    }

    @Test(arguments: [("0", 0), ("0.02", 0.02), ("2%", 0.02), ("12.5 %", 0.125), ("1e-6", 1e-6), ("2.5e-1", 0.25)])
    func aShareIsANumberAPercentageOrAPowerOfTen(text: String, share: Double) throws {
        #expect(try ReaderSample.read("count: 1\nshare: \(text)").share == share)
    }

    /// Each of them is something else to a reader that goes by YAML 1.1's types.
    @Test(arguments: ["yes", "No", "on", "1:30", "010", "0x1F", "1e3", "2024-01-01", "1_000", "=", "<<", "True", ".5"])
    func aTextIsItsOwnText(text: String) throws {
        #expect(try ReaderSample.read("count: 1\ntitle: \(text)").title == text)
    }

    @Test(arguments: [
        ("count: 1:30", "f.yaml:1:8: count is '1:30'; expected a whole number from 0 to 100"),
        ("count: 0x1F", "f.yaml:1:8: count is '0x1F'; expected a whole number from 0 to 100"),
        ("count: 1_0", "f.yaml:1:8: count is '1_0'; expected a whole number from 0 to 100"),
        ("count: +1", "f.yaml:1:8: count is '+1'; expected a whole number from 0 to 100"),
        ("count: -1", "f.yaml:1:8: count is '-1'; expected a whole number from 0 to 100"),
        ("count: 1.0", "f.yaml:1:8: count is '1.0'; expected a whole number from 0 to 100"),
        ("count: 101", "f.yaml:1:8: count is 101; it must be from 0 to 100"),
        ("count: 99999999999999999999", "f.yaml:1:8: count is 99999999999999999999; it must be from 0 to 100"),
        ("count:", "f.yaml:1:7: count has no value; expected a whole number from 0 to 100"),
        ("count: ~", "f.yaml:1:8: count has no value; expected a whole number from 0 to 100"),
        ("count: null", "f.yaml:1:8: count has no value; expected a whole number from 0 to 100"),
        ("count: ''", "f.yaml:1:8: count has no value; expected a whole number from 0 to 100"),
        ("count: [1]", "f.yaml:1:8: count is a list; expected a whole number from 0 to 100"),
        ("count: {a: 1}", "f.yaml:1:8: count is a mapping; expected a whole number from 0 to 100"),
        ("ratio: 0.5", "f.yaml:1:1: the key 'count' is missing"),
        ("count: 1\nratio: nan", "f.yaml:2:8: ratio is 'nan'; expected a number from 0 to 1"),
        ("count: 1\nratio: 1e-3", "f.yaml:2:8: ratio is '1e-3'; expected a number from 0 to 1"),
        ("count: 1\nratio: 1.5", "f.yaml:2:8: ratio is 1.5; it must be from 0 to 1"),
        ("count: 1\nshare: 51%", "f.yaml:2:8: share is 51%; it must be from 0 to 0.5"),
        ("count: 1\nshare: 1e3", "f.yaml:2:8: share is '1e3'; expected a share such as 0.02, 2% or 1e-6"),
        ("count: 1\nshare: nan", "f.yaml:2:8: share is 'nan'; expected a share such as 0.02, 2% or 1e-6"),
        ("count: 1\nshare: 1e-", "f.yaml:2:8: share is '1e-'; expected a share such as 0.02, 2% or 1e-6"),
        ("count: 1\nshare: 2%%", "f.yaml:2:8: share is '2%%'; expected a share such as 0.02, 2% or 1e-6"),
        ("count: 1\nflag: yes", "f.yaml:2:7: flag is 'yes'; expected true or false (did you mean 'true'?)"),
        ("count: 1\nflag: off", "f.yaml:2:7: flag is 'off'; expected true or false (did you mean 'false'?)"),
        ("count: 1\nflag: True", "f.yaml:2:7: flag is 'True'; expected true or false (did you mean 'true'?)"),
        (
            "count: 1\nsize: 64kib",
            "f.yaml:2:7: size is '64kib'; expected a size such as 64KiB, 16MiB, 10MB or 512B (did you mean '64KiB'?)"
        ),
        ("count: 1\nsize: 2MiB", "f.yaml:2:7: size is 2MiB; it must be from 1KiB to 1MiB"),
        ("count: 1\nrate: 1Gbit", "f.yaml:2:7: rate is 1Gbit; it must be from 1bit to 1Mbit"),
        ("count: 1\nwait: 5", "f.yaml:2:7: wait is '5'; expected a duration such as 60s, 20ms, 200us or 2min"),
        ("count: 1\nwait: 2min", "f.yaml:2:7: wait is 2min; it must be from 0ns to 1min"),
        (
            "count: 1\ncolour: gren",
            "f.yaml:2:9: colour is 'gren'; expected one of red, green, blue (did you mean 'green'?)"
        ),
        ("count: 1\ncolour: mauve", "f.yaml:2:9: colour is 'mauve'; expected one of red, green, blue"),
        (
            "count: 1\nname: .hidden",
            "f.yaml:2:7: name is '.hidden'; expected a name of 1 to 64 letters, digits, '.', '_' and '-' "
                + "that begins with a letter, a digit or '_'"
        ),
        ("count: 1\nnumbers: 7", "f.yaml:2:10: numbers is a single value; expected a list of numbers"),
        ("count: 1\nnumbers:", "f.yaml:2:9: numbers is empty; expected a list of numbers"),
        (
            "count: 1\nnumbers:\n  - 1\n  - x\n",
            "f.yaml:4:5: numbers[1] is 'x'; expected a whole number from 0 to 9"
        ),
        ("count: 1\nmap: [red]", "f.yaml:2:6: map is a list; expected a mapping of names to colours"),
        (
            "count: 1\nmap: {a b: red}",
            "f.yaml:2:7: map: key 'a b' is not a name of 1 to 64 letters, digits, '.', '_' and '-' "
                + "that begins with a letter, a digit or '_'"
        ),
        ("count: 1\ncuont: 2", "f.yaml:2:1: key 'cuont' is not known (did you mean 'count'?)"),
        ("count: 1\npool: {memroy: 1MiB}", "f.yaml:2:8: pool: key 'memroy' is not known (did you mean 'memory'?)"),
        ("count: 1\n<<: {count: 2}", "f.yaml:2:1: key '<<' is not known"),
        ("count: 1\npool: {blocks: 1}", "f.yaml:2:16: pool.blocks is 1; it must be from 2 to 4096"),
        (
            "count: 1\npool: {block: 512KiB}",
            "f.yaml:2:15: pool.block does not fit: memory is 512KiB (the default), which holds 1 of the blocks of 512KiB; "
                + "a pool has at least 2: give at least 1MiB"
        ),
        ("- 1", "f.yaml:1:1: is a list; expected a mapping with keys such as count"),
        ("seven", "f.yaml:1:1: is a single value; expected a mapping with keys such as count"),
    ]) func anErrorSaysWhereAndWhat(text: String, message: String) {
        #expect(ReaderSample.errors(text) == message)
    }

    @Test func allErrorsOfAFileComeAtOnceInTheirOrder() {
        let text = """
            colour: gren
            cuont: 2
            wait: soon
            map:
              a: rde
              a: red
              b: [1]
            numbers: [1, 22, x]
            wait: 1s
            """
        #expect(
            ReaderSample.errors(text) == """
                f.yaml:1:1: the key 'count' is missing
                f.yaml:1:9: colour is 'gren'; expected one of red, green, blue (did you mean 'green'?)
                f.yaml:2:1: key 'cuont' is not known (did you mean 'count'?)
                f.yaml:3:7: wait is 'soon'; expected a duration such as 60s, 20ms, 200us or 2min
                f.yaml:5:6: map.a is 'rde'; expected one of red, green, blue (did you mean 'red'?)
                f.yaml:6:3: map: key 'a' stands twice; first on line 5
                f.yaml:7:6: map.b is a list; expected one of red, green, blue
                f.yaml:8:14: numbers[1] is 22; it must be from 0 to 9
                f.yaml:8:18: numbers[2] is 'x'; expected a whole number from 0 to 9
                f.yaml:9:1: key 'wait' stands twice; first on line 3
                """)
    }

    @Test func aKeyThatStandsManyTimesIsReportedEachTime() {
        #expect(
            ReaderSample.errors("count: 1\n'count': 2\n\"count\": 3\r\n") == """
                f.yaml:2:1: key 'count' stands twice; first on line 1
                f.yaml:3:1: key 'count' stands twice; first on line 1
                """)
    }

    @Test func aColumnCountsCharacters() {
        #expect(
            ReaderSample.errors("count: 1\nmap: {ä: red, colour: re}").contains(
                "f.yaml:2:23: map.colour is 're'; expected one of red, green, blue (did you mean 'red'?)"))
    }
}
