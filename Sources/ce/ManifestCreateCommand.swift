import ArgumentParser
import Plans
import Reports
import Settings
import SoftwareImage
import Terminal

/// `ce manifest create`: the manifest of an image file.
struct ManifestCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Describe an image: its size, its digest and those of its blocks; and sign that.")

    @Argument(help: "The image, a file.")
    var image: String

    @Option(help: ArgumentHelp("The type of card that the image is for.", valueName: "type"))
    var type: String
    @Option(help: ArgumentHelp("The image's version.", valueName: "version"))
    var imageVersion: String
    @Option(
        help: ArgumentHelp(
            "A hardware revision that the image is for; repeat it for each. Default: all.", valueName: "revision"))
    var revision: [String] = []
    @Option(
        help: ArgumentHelp(
            "The image's security number (default 0): no card goes back to a lower one.", valueName: "number"))
    var sequence: String?
    @Option(
        help: ArgumentHelp(
            "From when on the image is not to be downloaded any more, as 2027-06-30 or 2027-06-30T12:00:00Z.",
            valueName: "time"))
    var expires: String?
    @Option(help: ArgumentHelp("When the manifest was made. Default: now.", valueName: "time"))
    var created: String?
    @Option(
        help: ArgumentHelp(
            "The size of a digest block, a power of two (default 64KiB, more for images above 256MiB).",
            valueName: "size"))
    var block: String?
    @Flag(help: "Leave the block digests out.")
    var noBlocks = false
    @Option(
        help: ArgumentHelp("A private key to sign with, a PEM file of mode 0600. May be repeated.", valueName: "file"))
    var key: [String] = []
    @Option(help: ArgumentHelp("Where the manifest goes. Default: IMAGE.manifest.yaml.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard block == nil || !noBlocks else { throw ValidationError("--block and --no-blocks exclude each other") }
    }

    func run() throws {
        let imageBytes = try ManifestFiles.readingImage(image) { () throws(FileError) in try ImageFile.size(of: image) }
        let blockBytes = try noBlocks ? nil : self.blockBytes(imageBytes)
        var hasher = ImageHasher(blockBytes: blockBytes)
        try ManifestFiles.readingImage(image) { () throws(FileError) in
            try ImageFile.read(image) { hasher.update($0) }
        }
        let (digest, blocks) = hasher.finish()
        if blockBytes != nil && blocks == nil {
            try refuse(
                "an image of \(hasher.imageBytes) bytes has more than \(ManifestLimits.maximumBlocks) such blocks; take a larger --block"
            )
        }
        // The options' values are held to the rules of a manifest file, and the errors name the option.
        let said = try ManifestFiles.reading { () throws(SettingsError) in
            try ManifestReader.read(try self.overrides(imageBytes: hasher.imageBytes, digest: digest))
        }
        var manifest = Manifest(said.statement, blocks: blocks)
        let output = self.output ?? image + ManifestPlace.suffix
        try ManifestFiles.sign(&manifest, output, with: key)
        try ManifestFiles.write(ManifestWriter.text(of: manifest), to: output)
        let signers = manifest.signatures.map(\.key.description).joined(separator: ", ")
        StandardStream.output.write("\(output): \(signers.isEmpty ? "NOT signed" : "signed by \(signers)")\n")
    }

    private func blockBytes(_ imageBytes: UInt64) throws -> Int {
        guard let block else { return BlockDigests.usualBlockBytes(imageBytes: imageBytes) }
        guard let size = try? ByteCount(parsing: block), size.bytes <= UInt64(ManifestLimits.blockBytes.upperBound),
            BlockDigests.isBlockSize(Int(size.bytes))
        else { try refuse("--block \(block): expected a power of two from 4KiB to 16MiB") }
        return Int(size.bytes)
    }

    private func refuse(_ message: String) throws -> Never {
        StandardStream.errors.write(message + "\n")
        throw ExitCode(ProgramExit.usage.rawValue)
    }

    private func overrides(imageBytes: UInt64, digest: ImageDigest) throws(SettingsError) -> [SettingsOverride] {
        var overrides = [
            SettingsOverride(path: ["type"], text: type, option: "--type \(type)"),
            SettingsOverride(path: ["version"], text: imageVersion, option: "--image-version \(imageVersion)"),
            SettingsOverride(
                path: ["created"], text: created ?? WallClock.now.description, option: "--created \(created ?? "")"),
            SettingsOverride(path: ["size"], text: "\(imageBytes)", option: image),
            SettingsOverride(path: ["sha256"], text: digest.description, option: image),
        ]
        if let sequence {
            overrides.append(SettingsOverride(path: ["sequence"], text: sequence, option: "--sequence \(sequence)"))
        }
        if let expires {
            overrides.append(SettingsOverride(path: ["expires"], text: expires, option: "--expires \(expires)"))
        }
        if !revision.isEmpty {
            let list = revision.joined(separator: ", ")
            overrides.append(try SettingsOverride(parsing: "revisions=[\(list)]", option: "--revision"))
        }
        return overrides
    }
}
