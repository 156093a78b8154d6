import FoundationEssentials
import Glibc
import Reports
import Runs
import Runtime
import ShelfModel
import Shelves
import Terminal

/// Where benchmarks work: a temporary folder, the programs, and the loop on which they are awaited.
///
/// Owned by the suite, used by its one task.
final class Workshop {
    let loop: EventLoop
    let programs: Programs
    /// Removed at the end.
    let folder: String
    private var fileCount = 0

    /// Nothing that is measured takes a tenth of it.
    static let runLimit: Duration = .seconds(300)

    /// Short beside the shortest download that is watched, a tenth of a second.
    private static let watchPeriod: Duration = .milliseconds(2)
    /// The end of what a failed program has said tells why.
    private static let messageCharacters = 2000

    init(loop: EventLoop) throws {
        self.loop = loop
        programs = try Programs()
        for program in ["simulator", "plain-sender", "sink-cards"]
        where access("\(programs.folder)/\(program)", X_OK) != 0 {
            throw BenchmarkError("\(programs.folder)/\(program) is missing: build all programs first, with make build")
        }
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array("\(parent)/benchmark-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else {
            throw BenchmarkError("no folder can be made in \(parent): \(SystemError.last)")
        }
        folder = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        // vsftpd serves it as a user of its own.
        chmod(folder, 0o755)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func program(_ name: String) -> String { "\(programs.folder)/\(name)" }

    /// A path in the folder that was not used before.
    func freshPath(_ name: String) -> String {
        fileCount += 1
        return "\(folder)/\(fileCount)-\(name)"
    }

    /// Makes a folder that was not there before.
    func makeFolder(_ name: String) throws -> String {
        let path = freshPath(name)
        guard mkdir(path, 0o755) == 0 else { throw BenchmarkError("\(path) cannot be made: \(SystemError.last)") }
        return path
    }

    /// Tells how it goes.
    func say(_ text: String) {
        StandardStream.output.write("  \(text)\n")
    }

    // MARK: Programs

    /// A program that has ended.
    struct Finished {
        var status: ExitStatus
        var output: String
        var errors: String
        var wallSeconds: Double
        /// User and system time, that of its own children included (getrusage(2)).
        var cpuSeconds: Double
        /// The most that this program or any before it held in memory: the kernel tells of all children together (getrusage(2)).
        var residentBytes: Int

        var isSuccess: Bool { status == .code(0) }
    }

    /// Runs a program to its end. Cancelled, it ends the program in order.
    ///
    /// - Parameter watch: is handed the process's number every few milliseconds while it runs; nil: nobody looks, and nothing
    ///   disturbs it.
    /// - Throws: `CancellationError`; a program that cannot be started, or does not end in time.
    func run(_ path: String, _ arguments: [String], watch: ((Int32) -> Void)? = nil) async throws -> Finished {
        let (output, errors) = (freshPath("output"), freshPath("errors"))
        defer { for file in [output, errors] { unlink(file) } }
        let (startedAt, cpuBefore) = (loop.now, Self.childrenSeconds)
        let process = try ChildProcess(
            name: path, path: path, arguments: arguments, output: .file(output), errors: .file(errors), loop: loop)
        do {
            let deadline = startedAt.advanced(by: Self.runLimit)
            while process.status == nil && loop.now < deadline {
                watch?(process.processID)
                let next = watch == nil ? deadline : min(deadline, loop.now.advanced(by: Self.watchPeriod))
                try await process.waitForExit(until: next)
            }
        } catch {
            await process.end()
            throw error
        }
        let wallSeconds = startedAt.duration(to: loop.now).seconds
        guard let status = process.status else {
            await process.end()
            throw BenchmarkError("\(path) has not ended within \(ReportText.duration(Self.runLimit.seconds))")
        }
        return Finished(
            status: status, output: TextFile.read(output) ?? "", errors: TextFile.read(errors) ?? "",
            wallSeconds: wallSeconds, cpuSeconds: Self.childrenSeconds - cpuBefore,
            residentBytes: Self.childrenResidentBytes)
    }

    /// The JSON that a program has printed.
    ///
    /// - Parameter codes: the exit codes with which it prints it.
    /// - Throws: what the program said instead.
    func report<Report: Decodable>(
        _ type: Report.Type, of program: Finished, named name: String, codes: [Int32] = [0]
    ) throws -> Report {
        guard codes.contains(where: { program.status == .code($0) }),
            let report = try? JSONDecoder().decode(type, from: Data(program.output.utf8))
        else {
            throw BenchmarkError(
                "\(name) ended with \(program.status): \(program.errors.suffix(Self.messageCharacters).trimmed)")
        }
        return report
    }

    private static var childrenResidentBytes: Int {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return usage.ru_maxrss << 10
    }

    private static var childrenSeconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
