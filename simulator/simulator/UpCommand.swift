import ArgumentParser

struct UpCommand: ParsableCommand {
    @OptionGroup var options: ScenarioOptions
    func run() throws {}
}
