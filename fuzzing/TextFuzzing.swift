import FileServer
import Plans
import Scenarios
import Settings
import TLS

/// Readers of text: files, command lines, names in certificates.
enum TextFuzzing {
    static func readManifest(_ bytes: [UInt8]) {
        withErrors { () throws(SettingsError) in _ = try ManifestReader.read(SourceText(file: "m.yaml", bytes: bytes)) }
    }

    /// A folder of which no file can be opened, so that no path in the plan leads to one of the machine's.
    private static let nowhere = "/dev/null/"

    static func readPlan(_ bytes: [UInt8]) {
        withErrors { () throws(SettingsError) in
            let plan = try PlanReader.read(SourceText(file: "p.yaml", bytes: bytes), folder: nowhere)
            // What was read can be written, and reads as the same.
            let again = try PlanReader.read(
                SourceText(file: "again.yaml", bytes: Array(PlanWriter.text(of: plan).utf8)), folder: nowhere)
            guard again == plan else { fatalError("a plan reads back as another one") }
        }
    }

    static func readScenario(_ bytes: [UInt8]) {
        withErrors { () throws(SettingsError) in
            let source = try SourceText(file: "s.yaml", bytes: bytes)
            _ = ScenarioReader.intent(of: source)
            _ = try ScenarioReader.read(source, folder: nowhere)
        }
    }

    static func readCommands(_ bytes: [UInt8]) {
        var lines = CommandLines()
        for start in stride(from: 0, to: bytes.count, by: 64) {
            lines.append(bytes[start..<min(start + 64, bytes.count)])
            while let item = lines.nextItem() {
                guard case .line(let line) = item else { continue }
                precondition(line.count <= CommandLines.lineLimitBytes)
                _ = Command(line: line)
            }
        }
    }

    static func readRequest(_ bytes: [UInt8]) {
        _ = WebRequest(head: bytes)
    }

    static func readName(_ bytes: [UInt8]) {
        guard let name = bytes.withUnsafeBytes({ PeerName(uri: $0) }) else { return }
        let again = Array(name.uri.utf8).withUnsafeBytes { PeerName(uri: $0) }
        guard again == name else { fatalError("\(name) reads back as another one") }
    }

    /// Each error has a text.
    private static func withErrors(_ body: () throws(SettingsError) -> Void) {
        do throws(SettingsError) { try body() } catch { precondition(!error.description.isEmpty) }
    }
}
