import ArgumentParser
import Glibc
import Reports
import Runs
import Runtime
import Terminal

/// The command line of the benchmarks.
@main
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Measures what the project promises, prints it as it goes, and writes BENCHMARKS.md.",
        discussion: """
            Runs the programs beside itself, one after the other: nothing else should run on the machine meanwhile. Start it in
            the project's folder, where the scenarios are. A run of some benchmarks alone leaves BENCHMARKS.md as it is,
            unless --output names a file.

            EXAMPLES
              benchmark
              benchmark --only fan-out --rounds 3

            EXIT CODES
              0    all was measured, whatever the figures
              1    something could not be measured
              64   the command line is wrong
              74   the file could not be written
              130  interrupted (Ctrl-C); 143 terminated
            """)

    /// More rounds than anyone has the time for.
    private static let maximumRounds = 1000

    @Option(help: ArgumentHelp("One benchmark alone. May be repeated.", valueName: "name"))
    var only: [String] = []
    @Option(help: ArgumentHelp("So many rounds of each, in place of its own number.", valueName: "count"))
    var rounds: Int?
    @Option(help: ArgumentHelp("The file to write (default BENCHMARKS.md).", valueName: "file"))
    var output: String?
    @Flag(help: "List the benchmarks.")
    var list = false

    func validate() throws {
        if let rounds, !(1...Self.maximumRounds).contains(rounds) {
            throw ValidationError("--rounds is \(rounds); it must be from 1 to \(Self.maximumRounds)")
        }
        let names = Benchmarks.all.map(\.name)
        for name in only where !names.contains(name) {
            throw ValidationError("there is no benchmark \(name); there are \(names.joined(separator: ", "))")
        }
    }

    func run() throws {
        guard !list else { return printList() }
        ProgramLimits.raiseDescriptorLimit()
        ProgramLimits.ignoreBrokenPipes()
        let chosen = Benchmarks.all.filter { only.isEmpty || only.contains($0.name) }
        let suite = Suite(benchmarks: chosen, rounds: rounds, path: output ?? (only.isEmpty ? "BENCHMARKS.md" : nil))
        let loop = EventLoop()
        let (exit, signal) = try loop.run(cancellingOn: [SIGINT, SIGTERM]) { await suite.run(on: loop) }
        let final = signal.map { ProgramExit(signal: $0) } ?? exit
        guard final == .success else { throw ExitCode(final.rawValue) }
    }

    private func printList() {
        let width = Benchmarks.all.map(\.name.count).max() ?? 0
        for benchmark in Benchmarks.all {
            let padding = String(repeating: " ", count: width - benchmark.name.count)
            StandardStream.output.write("\(benchmark.name)\(padding)  \(benchmark.intent)\n")
        }
    }
}
