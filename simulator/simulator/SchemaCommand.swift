import ArgumentParser
import Scenarios
import Terminal

/// `simulator schema`: what an editor needs to complete scenario files.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of scenario files.",
        discussion: """
            An editor with a YAML language server completes and checks scenarios that begin with the line
              # yaml-language-server: $schema=./scenario.schema.json
            """)

    @Flag(help: "Print the tables of faults and metrics of docs/scenarios.md in its place.")
    var reference = false

    func run() {
        StandardStream.output.write(
            reference ? "\(ScenarioReference.faults)\n\n\(ScenarioReference.metrics)\n" : ScenarioSchema.json)
    }
}
