import Plans
import Reports
import Settings
import SoftwareImage
import Testing

@Suite struct ManifestReaderTests {
    private static func read(_ text: String) throws(SettingsError) -> Manifest {
        try ManifestReader.read(SourceText(file: "m.yaml", bytes: Array(text.utf8)))
    }

    @Test(arguments: [
        "type: adsl\nversion: 2.0.0\nsize: 16777216\nsha256: \(PlanSample.hash)\n",
        "{\n\t\"type\": \"adsl\",\n\t\"version\": \"2.0.0\",\n\t\"size\": 16777216,\n\t\"sha256\": \"\(PlanSample.hash)\"\n}\n",
        "{type: adsl, version: 2.0.0, size: 16MiB, sha256: \(PlanSample.hash.uppercased())}",
    ]) func aManifestIsReadAsYAMLOrJSON(text: String) throws {
        #expect(try Self.read(text) == PlanSample.manifest)
    }

    @Test func allThatIsMissingIsNamed() {
        let error = #expect(throws: SettingsError.self) { try Self.read("{}") }
        #expect(
            error?.description == """
                m.yaml:1:1: the key 'type' is missing
                m.yaml:1:1: the key 'version' is missing
                m.yaml:1:1: the key 'size' is missing
                m.yaml:1:1: the key 'sha256' is missing
                """)
    }

    /// A version is its own text: YAML 1.1 would make a number of it.
    @Test(arguments: ["2.0", "010", "1e3", "2024.1"]) func aVersionIsItsOwnText(version: String) throws {
        let text = "{type: adsl, version: \(version), size: 1, sha256: \(PlanSample.hash)}"
        #expect(try Self.read(text).version == version)
    }

    @Test(arguments: [0, 7, UInt64.max]) func aSequenceIsReadAndWrittenBack(sequence: UInt64) throws {
        var manifest = PlanSample.manifest
        manifest.statement.securityNumber = sequence
        let text = ManifestWriter.text(of: manifest)
        #expect(text.contains("sequence") == (sequence > 0))
        #expect(try Self.read(text) == manifest)
    }

    @Test func aSequenceIsAWholeNumber() {
        let error = #expect(throws: SettingsError.self) {
            try Self.read("{type: a, version: 1, size: 1, sha256: \(PlanSample.hash), sequence: -1}")
        }
        #expect(
            error?.description.contains("sequence is '-1'; expected a whole number from 0 to 18446744073709551615")
                == true)
    }
}
