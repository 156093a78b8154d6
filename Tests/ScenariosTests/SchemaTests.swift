import Faults
import FoundationEssentials
import Scenarios
import Settings
import Testing

/// Reader, schema and reference page are made of the same definitions; here they are held against one another.
@Suite struct SchemaTests {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/"

    private static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: root + path)), as: UTF8.self)
    }

    @Test func theCommittedSchemaIsTheProgramsOwn() throws {
        #expect(try Self.text(of: "scenarios/scenario.schema.json") == ScenarioSchema.json, "run: make schema")
    }

    @Test func itIsJSONAndKnowsEveryFault() throws {
        struct AnyJSON: Decodable {}
        _ = try JSONDecoder().decode(AnyJSON.self, from: Data(ScenarioSchema.json.utf8))
        for definition in FaultDefinition.all {
            #expect(ScenarioSchema.json.contains("\"\(definition.name)\": {\"type\": \"object\""), "\(definition.name)")
            for parameter in definition.parameters {
                #expect(ScenarioSchema.json.contains("\"\(parameter.name)\": {"), "\(parameter.name)")
            }
        }
    }

    @Test func theReferencePageHasEveryFaultAndMetric() throws {
        let page = try Self.text(of: "docs/scenarios.md")
        #expect(page.contains(ScenarioReference.faults), "run: simulator schema --reference, and put it into the page")
        #expect(page.contains(ScenarioReference.metrics), "run: simulator schema --reference, and put it into the page")
    }
}
