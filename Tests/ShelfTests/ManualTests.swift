import Foundation
import Testing

/// What `make man` and `make completions` make.
@Suite struct ManualTests {
    @Test(arguments: ["ce", "simulator"]) func everyOptionIsInTheManualPage(program: String) throws {
        let folder = try TestFolder()
        let dump = try ProgramRun(program, ["--experimental-dump-help"])
        let file = try folder.write(dump.output, to: "help.json")
        let page = try ProgramRun("simulator", ["manual", file])
        #expect(page.exit == 0, "\(page.errors)")
        #expect(page.output.hasPrefix(".TH \(program.uppercased()) 1\n"))
        let options = dump.output.matches(of: /"name" : "([a-z-]+)"/).map { String($0.output.1) }
        #expect(options.count > 10)
        for option in options where !["help", "version", "h"].contains(option) {
            let text = "--\(option)".replacing("-", with: "\\-")
            #expect(page.output.contains(text), "\(option)")
        }
        // No line of text is taken for a request.
        let requests: Set = [".TH", ".SH", ".B", ".I", ".PP", ".TP", ".nf", ".fi"]
        for line in page.output.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(requests.contains(String(line.split(separator: " ")[0])), "\(line)")
        }
    }

    @Test(arguments: ["ce", "simulator"], ["bash", "zsh", "fish"]) func aShellCompletesIt(
        program: String, shell: String
    ) throws {
        let script = try ProgramRun(program, ["--generate-completion-script", shell])
        #expect(script.exit == 0)
        #expect(script.output.contains("progress") && script.output.contains(program))
    }
}
