import ArgumentParser

/// The command line of the network element simulator.
@main
struct Simulator: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "simulator",
        abstract: "Simulates a shelf of line cards with real TCP and emulated flash, and runs scenarios on it.",
        discussion: """
            EXAMPLES
              simulator run scenarios/20cards.yaml
              simulator run scenarios/20cards.yaml --clock virtual --seed 7
              simulator run scenarios/20cards.yaml --set ce.memory=128KiB --set groups.adsl.slots=1-40
              simulator up scenarios/hello-1card.yaml
              simulator compare runs/20cards other/20cards
              simulator sweep scenarios/20cards.yaml --vary ce.memory=128KiB,256KiB,512KiB

            EXIT CODES
              0    everything was as the scenario expects
              1    a card has not got its image, or an expectation failed
              64   the command line is wrong
              65   the scenario is wrong; every error is told with its line and column
              69   a server, a port or a program is not to be had
              74   a file could not be written
              124  the scenario's timeout has passed
              130  interrupted (Ctrl-C); 143 terminated
            """,
        version: version,
        subcommands: [
            RunCommand.self, ReportCommand.self, CompareCommand.self, SweepCommand.self, ValidateCommand.self,
            ListCommand.self, UpCommand.self,
            PowerCutCommand.self, ExploreCommand.self, ManualCommand.self,
        ])
}
