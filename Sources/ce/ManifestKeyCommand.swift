import ArgumentParser
import Reports
import SoftwareImage
import Terminal

/// `ce manifest key`: a new pair of keys.
struct ManifestKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key to sign with, and its public half.",
        discussion: """
            FILE gets the private key (mode 0600, without a passphrase: keep it where nobody else comes), FILE.pub the public one, which \
            cards and `ce manifest verify` trust. A file that is there already is left alone. The same as

              (umask 077; openssl genpkey -algorithm ed25519 -out FILE)
              openssl pkey -in FILE -pubout -out FILE.pub
            """)

    @Argument(help: "Where the private key goes.")
    var file: String

    func run() throws {
        let key: SigningKey
        do throws(OpenSSLFailure) {
            key = try SigningKey.generate()
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.internalError.rawValue)
        }
        try ManifestFiles.write(key.pem, to: file, isSecret: true)
        try ManifestFiles.write(key.publicKey.pem, to: "\(file).pub")
        StandardStream.output.write(
            "key \(key.publicKey.identifier): \(file) signs, \(file).pub is for those who check\n")
    }
}
