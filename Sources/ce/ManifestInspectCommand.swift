import ArgumentParser
import FoundationEssentials
import Plans
import Reports
import Settings
import SoftwareImage
import Terminal

/// `ce manifest inspect`: what a manifest says, whoever has signed it.
struct ManifestInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a manifest says. Nothing is checked: see verify.")

    @Argument(help: "The manifest, a YAML file.")
    var manifest: String

    @Flag(help: "Print it as one JSON object.")
    var json = false
    @Option(
        help: ArgumentHelp(
            "Also write the bytes that are signed to this file, for a key that is kept elsewhere.", valueName: "file"))
    var statement: String?

    /// As JSON has it.
    private struct Shown: Encodable {
        var type: String
        var revisions: [String]
        var version: String
        var sequence: UInt64
        var created: String?
        var expires: String?
        var size: UInt64
        var sha256: String
        var blockSize: Int?
        var blockCount: Int?
        var signedBy: [String]

        enum CodingKeys: String, CodingKey {
            case type, revisions, version, sequence, created, expires, size, sha256
            case blockSize = "block_size"
            case blockCount = "block_count"
            case signedBy = "signed_by"
        }
    }

    func run() throws {
        let manifest = try ManifestFiles.reading { () throws(SettingsError) in
            try ManifestReader.read(contentsOf: self.manifest)
        }
        if let statement {
            do throws(FileError) {
                try NewFile.write(manifest.signed.bytes, to: statement)
            } catch {
                StandardStream.errors.write("\(statement): \(error.message)\n")
                throw ExitCode(ProgramExit.cannotWrite.rawValue)
            }
        }
        let said = manifest.statement
        let shown = Shown(
            type: said.cardType, revisions: said.hardwareRevisions, version: said.version,
            sequence: said.securityNumber, created: said.created?.description, expires: said.expires?.description,
            size: said.imageBytes, sha256: said.digest.description, blockSize: manifest.blocks?.blockBytes,
            blockCount: manifest.blocks?.digests.count, signedBy: manifest.signatures.map(\.key.description))
        StandardStream.output.write((json ? try jsonText(shown) : text(shown)) + "\n")
    }

    private func text(_ shown: Shown) -> String {
        let blocks = blockText(of: shown)
        return [
            "type        \(shown.type)",
            "revisions   \(shown.revisions.isEmpty ? "all" : shown.revisions.joined(separator: ", "))",
            "version     \(shown.version)", "sequence    \(shown.sequence)",
            "created     \(shown.created ?? "not said")", "expires     \(shown.expires ?? "never")",
            "size        \(shown.size) bytes (\(ReportText.bytes(shown.size)))", "sha256      \(shown.sha256)",
            "blocks      \(blocks)",
            "signed by   \(shown.signedBy.isEmpty ? "NOBODY" : shown.signedBy.joined(separator: ", "))",
        ].joined(separator: "\n")
    }

    private func blockText(of shown: Shown) -> String {
        guard let size = shown.blockSize, let count = shown.blockCount else { return "no digests" }
        return "\(count) digests, of \(ByteCount(UInt64(size))) each"
    }

    private func jsonText(_ shown: Shown) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(shown), as: UTF8.self)
    }
}
