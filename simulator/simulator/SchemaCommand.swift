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

    func run() {
        StandardStream.output.write(ScenarioSchema.json)
    }
}
