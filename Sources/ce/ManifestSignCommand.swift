import ArgumentParser
import Plans
import Settings
import SoftwareImage
import Terminal

/// `ce manifest sign`: one more signature.
struct ManifestSignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Add a key's signature to a manifest, or replace the one that the key has made before.",
        discussion: "The file is written anew: comments in it are lost.")

    @Argument(help: "The manifest, a YAML file.")
    var manifest: String

    @Option(help: ArgumentHelp("The private key, a PEM file of mode 0600. May be repeated.", valueName: "file"))
    var key: [String]
    @Option(help: ArgumentHelp("Where the signed manifest goes. Default: the same file.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard !key.isEmpty else { throw ValidationError("say by which --key") }
    }

    func run() throws {
        var signed = try ManifestFiles.reading { () throws(SettingsError) in
            try ManifestReader.read(contentsOf: self.manifest)
        }
        try ManifestFiles.sign(&signed, manifest, with: key)
        let output = self.output ?? manifest
        try ManifestFiles.write(ManifestWriter.text(of: signed), to: output)
        let signers = signed.signatures.map(\.key.description).joined(separator: ", ")
        StandardStream.output.write("\(output): signed by \(signers)\n")
    }
}
