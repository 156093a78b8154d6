import ArgumentParser
import Control
import Reports
import Runtime
import Terminal

/// Where a running CE is asked.
struct ControlSelection: ParsableArguments {
    static let none = "none"

    @Option(
        help: ArgumentHelp(
            "The socket of the running ce (default $XDG_RUNTIME_DIR/ce.sock, or /tmp/ce-UID/ce.sock).",
            valueName: "path"))
    var control: String?

    /// Asks, and waits for the answer.
    ///
    /// - Throws: `ExitCode`, having said why there is none.
    func ask(_ request: ControlRequest) throws -> ControlReply {
        ProgramLimits.ignoreBrokenPipes()
        let client = ControlClient(path: control ?? ControlPlace.defaultPath)
        let loop = EventLoop()
        let (outcome, signal) = try loop.run(cancellingOn: [2, 15]) { () async -> Result<ControlReply, any Error> in
            do { return .success(try await client.ask(request, on: loop)) } catch { return .failure(error) }
        }
        if let signal { throw ExitCode(ProgramExit(signal: signal).rawValue) }
        switch outcome {
        case .success(let reply): return reply
        case .failure(let error):
            StandardStream.errors.write("\(error)\n")
            throw ExitCode(ProgramExit.unavailable.rawValue)
        }
    }
}
