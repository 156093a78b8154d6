import Plans
import Reports
import Settings
import SoftwareImage

enum PlanSample {
    static let hash = String(repeating: "0123456789abcdef", count: 4)
    static let manifest = Manifest(
        cardType: "adsl", version: "2.0.0", imageBytes: 16_777_216, digest: ImageDigest(hexadecimal: hash)!)
    static let inlineManifest = "{type: adsl, version: 2.0.0, size: 16MiB, sha256: \(hash)}"

    static let text = """
        # A plan.
        memory: 1MiB
        block: 64KiB
        mode: serial-pipelined
        timeout: 60s
        groups:
          adsl:
            image: {url: "ftp://127.0.0.1:2121/adsl.img", manifest: \(inlineManifest)}
            cards: {2: {address: "[::1]:40002"}, 1: 127.0.0.1:40001}
        """

    /// The text of a plan that says what every plan has to say.
    static func clear(_ text: String) -> String {
        text.contains("link_security") ? text : text + "\nlink_security: clear\n"
    }

    static func source(_ text: String) throws(SettingsError) -> SourceText {
        try SourceText(file: "p.yaml", bytes: Array(clear(text).utf8))
    }

    /// What is wrong with a plan, a line each; empty when nothing is.
    static func errors(_ text: String, folder: String = "", overrides: [SettingsOverride] = []) -> String {
        do throws(SettingsError) {
            _ = try PlanReader.read(source(text), folder: folder, overrides: overrides)
            return ""
        } catch {
            return error.description
        }
    }
}
