import ArgumentParser
import Glibc

/// The command line of the common equipment card.
@main
struct CE: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "ce",
        abstract: "Downloads software images to the line cards of a shelf, all cards at once, and brings them to run.",
        discussion: """
            EXAMPLES
              ce download plan.yaml
              ce download plan.yaml --memory 1MiB --json
              ce status plan.yaml
              ce activate plan.yaml --slots 1-4
              ce commit plan.yaml
              ce download --url ftp://127.0.0.1:2121/adsl-2.0.0.img --manifest adsl-2.0.0.manifest.yaml \\
                  --card 1=127.0.0.1:40001 --card 2=127.0.0.1:40002

            EXIT CODES
              0    every card is where it was to be brought
              1    a card is not; the summary says which and why
              64   the command line is wrong
              65   the plan, the manifest, a key or the password file is wrong
              69   the file server is not to be had, or does not give the image
              74   the result could not be written
              124  the plan's timeout has passed
              130  interrupted (Ctrl-C); 143 terminated
            """,
        version: version,
        subcommands: [
            DownloadCommand.self, StatusCommand.self, ActivateCommand.self, CommitCommand.self, RollBackCommand.self,
            AbortCommand.self, ManifestCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(withError: error)
        }
    }
}
