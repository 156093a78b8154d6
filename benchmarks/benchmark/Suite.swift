import Glibc
import Reports
import Runs
import Runtime
import ShelfModel
import Terminal

/// A run of benchmarks, one after the other, to the file with what came of them.
struct Suite: Sendable {
    let benchmarks: [any Benchmark]
    /// nil: each benchmark's own number.
    let rounds: Int?
    /// Where the results are written; nil: nowhere.
    let path: String?

    func run(on loop: EventLoop) async -> ProgramExit {
        let workshop: Workshop
        do {
            workshop = try Workshop(loop: loop)
        } catch {
            StandardStream.errors.write("\(error)\n")
            return .failed
        }
        defer { workshop.remove() }
        var document = Document(machine: await Machine.look(in: workshop))
        let startedAt = loop.now
        for benchmark in benchmarks {
            guard !Task.isCancelled else { return .interrupted }
            StandardStream.output.write("\(benchmark.name): \(benchmark.intent)\n")
            do {
                let section = try await benchmark.measure(rounds: rounds ?? benchmark.defaultRounds, in: workshop)
                StandardStream.output.write("\(section.text)\n\n")
                document.add(benchmark, section)
            } catch is CancellationError {
                return .interrupted
            } catch {
                StandardStream.errors.write("\(benchmark.name) could not be measured: \("\(error)"[...].trimmed)\n\n")
                document.add(benchmark, nil)
            }
        }
        let elapsed = ReportText.duration(startedAt.duration(to: loop.now).seconds)
        StandardStream.output.write("\(document.verdict) It took \(elapsed).\n")
        do throws(ShelfError) {
            if let path {
                try OutputFile.write(path) { (file) throws(ShelfError) in try file.append(document.text) }
                StandardStream.output.write("Written to \(path).\n")
            }
        } catch {
            StandardStream.errors.write("\(error)\n")
            return .cannotWrite
        }
        return document.isComplete ? .success : .failed
    }
}
