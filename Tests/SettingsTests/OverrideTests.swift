import Settings
import Testing

@Suite struct OverrideTests {
    private static let text = "count: 1\nmap: {adsl-2.0: red}\nnumbers: [1, 2]\npool: {memory: 1MiB}\n"

    @Test func valuesAreReplacedAndMade() throws {
        let sample = try ReaderSample.read(
            Self.text,
            overrides: [
                "count=7", "numbers.1=9", "pool.blocks=4", "map.adsl-2.0=blue", "map.vdsl=green", "title=a=b",
                "count=8",
            ])
        #expect(sample.count == 8)
        #expect(sample.numbers == [1, 9])
        #expect(sample.pool?.blockCount == 4)
        #expect(sample.names == ["adsl-2.0", "vdsl"])
        #expect(sample.title == "a=b")
    }

    @Test func aValueInBracketsIsYAML() throws {
        let sample = try ReaderSample.read(
            Self.text, overrides: ["numbers=[4, 5, 6]", "pool={blocks: 2}", "map.x=red"])
        #expect(sample.numbers == [4, 5, 6])
        #expect(sample.pool?.blockCount == 2)
    }

    @Test(arguments: [
        ("count=many", "--set count=many: count is 'many'; expected a whole number from 0 to 100"),
        ("count=", "--set count=: count has no value; expected a whole number from 0 to 100"),
        ("cuont=1", "--set cuont=1: key 'cuont' is not known (did you mean 'count'?)"),
        ("pool.memroy=1MiB", "--set pool.memroy=1MiB: pool: key 'memroy' is not known (did you mean 'memory'?)"),
        ("count.x=1", "--set count.x=1: count is a single value, without a key 'x'"),
        ("numbers.2=1", "--set numbers.2=1: numbers is a list of 2; '2' is not a position in it, from 0 on"),
        ("numbers=[1, x]", "--set numbers=[1, x]: numbers[1] is 'x'; expected a whole number from 0 to 9"),
        ("numbers=[::1]:1", "--set numbers=[::1]:1: numbers is a single value; expected a list of numbers"),
        ("count", "--set count: expected PATH=VALUE, such as ce.memory=1MiB"),
        ("=1", "--set =1: expected keys separated by single dots before '=', such as ce.memory=1MiB"),
        ("a..b=1", "--set a..b=1: expected keys separated by single dots before '=', such as ce.memory=1MiB"),
        (
            "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1",
            "--set a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1: the path has more than 16 keys"
        ),
    ]) func anErrorNamesTheOption(override: String, message: String) {
        #expect(ReaderSample.errors(Self.text, overrides: [override]) == message)
    }

    @Test func brokenYAMLInAnOptionIsNotValid() {
        #expect(ReaderSample.errors(Self.text, overrides: ["numbers=[1, {]"]).contains("not valid YAML"))
    }

    @Test func theFilesErrorsComeBeforeTheOptions() {
        #expect(
            ReaderSample.errors("count: 1\nwait: x\n", overrides: ["count=y"]) == """
                f.yaml:2:7: wait is 'x'; expected a duration such as 60s, 20ms, 200us or 2min
                --set count=y: count is 'y'; expected a whole number from 0 to 100
                """)
    }

    @Test func thereAreNoMoreOptionsThanTheLimit() {
        let overrides = (0...SettingsLimits.maximumOverrides).map { "count=\($0 % 100)" }
        #expect(
            ReaderSample.errors("count: 1", overrides: overrides) == "--set count=56: more than 256 options set values")
    }
}
