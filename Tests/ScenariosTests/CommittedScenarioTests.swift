import Glibc
import Scenarios
import Settings
import Testing

/// The scenarios that the project ships.
@Suite struct CommittedScenarioTests {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/scenarios/"
    }()

    private static let names: [String] = {
        guard let folder = opendir(folder) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }()

    @Test func theyAreAllThere() {
        #expect(Set(["hello-1card", "20cards", "20cards-vsftpd", "tight-memory"]).isSubset(of: Self.names))
    }

    @Test(arguments: names) func aScenarioIsReadAndTellsItsIntent(name: String) throws {
        let scenario = try ScenarioReader.read(contentsOf: Self.folder + name + ".yaml")
        #expect(scenario.name == name)
        #expect(scenario.intent.last == ".")
        #expect(scenario.intent.count > 20)
    }

    @Test func twentyCardsIsWhatTheBenchmarkMeasures() throws {
        let scenario = try ScenarioReader.read(contentsOf: Self.folder + "20cards.yaml")
        #expect(scenario.cards.map(\.slot) == Array(1...20))
        #expect(scenario.cards.allSatisfy { $0.flash.profile == .spiNOR && $0.flash.scale == 0.1 })
        #expect(scenario.groups[0].image.content == .generated(.mebibytes(16)))
        #expect(scenario.pool.budgetBytes == 524_288)
        #expect(scenario.pool.blockBytes == 65536)
        #expect(
            scenario.expectation.metrics.map(\.description) == [
                "efficiency >= 0.97", "speedup >= 21", "speedup_pipelined >= 19", "pool_peak <= 512KiB",
                "server_sessions == 1",
            ])
    }

    @Test func tightMemoryHasTwoBlocks() throws {
        #expect(try ScenarioReader.read(contentsOf: Self.folder + "tight-memory.yaml").pool.blockCount == 2)
    }

    @Test func theReferencePagesExampleIsRead() throws {
        let page = try SourceText(contentsOf: Self.folder + "../docs/scenarios.md").text
        let example = try #require(page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        let scenario = try ScenarioSample.read(String(example))
        #expect(scenario.cards.count == 20)
    }
}
