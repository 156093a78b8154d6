import ArgumentParser
import Plans
import Reports
import Settings
import SoftwareImage
import Terminal

/// `ce manifest verify`: whether a manifest counts, as a card would say; and whether an image is the manifest's.
struct ManifestVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a manifest's signatures and time, and an image against it.",
        discussion: "One right signature by one trusted key is enough. A line that begins with NO says what is wrong.")

    @Argument(help: "The manifest, a YAML file.")
    var manifest: String

    @Option(
        help: ArgumentHelp(
            "A public key that is trusted, a PEM file. May be repeated: two while keys are changed.", valueName: "file")
    )
    var trustedKey: [String]
    @Option(help: ArgumentHelp("The image to be compared.", valueName: "file"))
    var image: String?
    @Option(help: ArgumentHelp("The time at which it must count. Default: now.", valueName: "time"))
    var at: String?

    func validate() throws {
        guard (1...ManifestLimits.maximumTrustedKeys).contains(trustedKey.count) else {
            throw ValidationError("give --trusted-key from 1 to \(ManifestLimits.maximumTrustedKeys) times")
        }
        if let at, ManifestTime(at) == nil {
            throw ValidationError("--at \(at): expected a time in UTC such as 2027-06-30T12:00:00Z, or a day")
        }
    }

    func run() throws {
        let manifest = try ManifestFiles.reading { () throws(SettingsError) in
            try ManifestReader.read(contentsOf: self.manifest)
        }
        var keys: [PublicKey] = []
        for file in trustedKey {
            keys.append(try ManifestFiles.reading { () throws(SettingsError) in try KeyFile.publicKey(file) })
        }
        var check = ManifestCheck(manifest)
        check.signatures(by: TrustedKeys(keys))
        check.time(at.flatMap { ManifestTime($0) } ?? WallClock.now)
        if let image {
            try ManifestFiles.readingImage(image) { () throws(FileError) in try check.image(image) }
        }
        StandardStream.output.write(check.lines.map { $0 + "\n" }.joined())
        guard check.isRight else { throw ExitCode(ProgramExit.failed.rawValue) }
    }
}
