import ArgumentParser
import Plans
import Reports
import Settings
import SoftwareImage
import Terminal

/// `ce manifest`: who vouches for an image.
struct ManifestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Make, sign, verify and show the manifests of images.",
        discussion: """
            EXAMPLES
              ce manifest key publisher.pem
              ce manifest create adsl-2.0.0.img --type adsl --image-version 2.0.0 --sequence 7 --key publisher.pem
              ce manifest sign adsl-2.0.0.img.manifest.yaml --key next-publisher.pem
              ce manifest verify adsl-2.0.0.img.manifest.yaml --trusted-key publisher.pem.pub --image adsl-2.0.0.img
              ce manifest inspect adsl-2.0.0.img.manifest.yaml

            What a manifest says, and the bytes that are signed, are described in docs/manifest.md.

            EXIT CODES
              0   done; verify: the manifest counts
              1   verify: it does not; the lines that say NO tell why
              64  the command line is wrong; 65 a file is
              74  a file could not be written
            """,
        subcommands: [
            ManifestKeyCommand.self, ManifestCreateCommand.self, ManifestSignCommand.self, ManifestVerifyCommand.self,
            ManifestInspectCommand.self,
        ])
}

/// What the commands share: their ways to fail.
enum ManifestFiles {
    /// - Throws: `ExitCode`, having said what is wrong.
    static func reading<Value>(_ body: () throws(SettingsError) -> Value) throws -> Value {
        do throws(SettingsError) {
            return try body()
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
    }

    static func readingImage<Value>(_ path: String, _ body: () throws(FileError) -> Value) throws -> Value {
        try reading { () throws(SettingsError) in
            do throws(FileError) {
                return try body()
            } catch {
                throw SettingsError([Diagnostic(file: path, message: error.message)])
            }
        }
    }

    static func write(_ text: String, to path: String, isSecret: Bool = false) throws {
        do throws(FileError) {
            try NewFile.write(
                Array(text.utf8), to: path, isSecret: isSecret, replaces: !isSecret)
        } catch {
            StandardStream.errors.write("\(path): \(error.message)\n")
            throw ExitCode(ProgramExit.cannotWrite.rawValue)
        }
    }

    /// Signs with each key, in order.
    static func sign(_ manifest: inout Manifest, _ path: String, with keys: [String]) throws {
        for file in keys {
            let key = try reading { () throws(SettingsError) in try KeyFile.signingKey(file) }
            do throws(ManifestError) {
                try manifest.sign(with: key)
            } catch {
                StandardStream.errors.write("\(path): \(error)\n")
                throw ExitCode(ProgramExit.badInput.rawValue)
            }
        }
    }
}
