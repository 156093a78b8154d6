import Glibc
import Reports
import Runs
import Scenarios
import Settings
import Testing

/// The scenarios that the project ships, on the virtual clock.
@Suite struct CatalogueTests {
    private static let names: [String] = {
        guard let folder = opendir(VirtualRunner.folder) else { return [] }
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

    @Test func itHasThirtyAndMore() {
        #expect(Self.names.count >= 30)
    }

    @Test(arguments: names) func aScenarioPasses(name: String) throws {
        for scenario in try ScenarioReader.readAll(contentsOf: VirtualRunner.folder + name + ".yaml") {
            // What needs a program of this build is run by ShelfTests.
            guard !scenario.bootsPrograms, !scenario.needsPrograms else { continue }
            let report = try VirtualRunner.run(scenario)
            #expect(
                report.failures == [], "simulator run scenarios/\(name).yaml --clock virtual --seed \(scenario.seed)")
            #expect(report.passed)
        }
    }
}
