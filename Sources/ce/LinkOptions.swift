import ArgumentParser
import Plans
import Reports
import Settings
import TLS
import Terminal

/// What the command line says of the links to the cards.
struct LinkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "tls (the default, with the three files below), or clear: anybody who reaches the cards may write their flash.",
            valueName: "kind"))
    var linkSecurity: String?
    @Option(help: ArgumentHelp("The CE's certificate, a PEM file.", valueName: "file"))
    var certificate: String?
    @Option(help: ArgumentHelp("The key of that certificate, a PEM file, mode 0600, no link.", valueName: "file"))
    var key: String?
    @Option(help: ArgumentHelp("The certificates of those who may vouch for the cards, a PEM file.", valueName: "file"))
    var authority: String?

    func add(to options: inout PlanOptions) {
        options.linkSecurity = linkSecurity
        options.certificate = certificate
        options.key = key
        options.authority = authority
    }

    /// As they are typed.
    var arguments: [String] {
        [("--link-security", linkSecurity), ("--certificate", certificate), ("--key", key), ("--authority", authority)]
            .flatMap { option, value in value.map { [option, $0] } ?? [] }
    }

    /// Reads the files of what was planned; nil: the links are clear.
    ///
    /// - Throws: `ExitCode`, having said what is wrong.
    static func context(_ security: PlannedSecurity) throws -> TLSContext? {
        do throws(SettingsError) {
            return try security.context()
        } catch {
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
    }
}
