import CSystem
import Glibc
package import Runtime

/// A process that the simulator has started: its exit is awaited on the event loop, and it is never left behind.
///
/// In a process group of its own, so that a Ctrl-C in the terminal reaches the simulator alone, which then ends its children
/// in order. Owned by the shelf or the run that started it.
package final class ChildProcess: ReadinessObserver {
    package let name: String
    package let processID: Int32
    private let loop: EventLoop
    private let pidDescriptor: CInt
    private var registration: Registration?
    private var exitWaiter: Waiter?
    private var knownStatus: ExitStatus?

    /// Where a standard stream of the child goes.
    package enum Output {
        /// To the same place as the simulator's.
        case inherited
        /// To the end of a file.
        case file(String)
    }

    /// How long a child has to end by itself after SIGTERM, before it is killed.
    package static let terminationGrace: Duration = .seconds(3)

    /// Starts a program (posix_spawn(3)).
    ///
    /// - Parameter environment: added to the simulator's own.
    /// - Throws: `ChildProcessError` naming the program.
    package init(
        name: String, path: String, arguments: [String], environment: [(String, String)] = [], output: Output,
        errors: Output, loop: EventLoop
    ) throws(ChildProcessError) {
        self.name = name
        self.loop = loop
        do {
            processID = try Self.spawn(path, arguments, environment, output, errors)
            pidDescriptor = try SystemError.checkNegated(csystem_pidfd_open(processID))
            registration = try loop.add(pidDescriptor, interest: .readable, trigger: .level, observer: self)
        } catch {
            throw ChildProcessError(program: path, cause: error)
        }
    }

    deinit {
        close(pidDescriptor)
    }

    /// How it ended, once it has.
    package var status: ExitStatus? {
        if knownStatus == nil {
            var status: CInt = 0
            if waitpid(processID, &status, WNOHANG) == processID { knownStatus = ExitStatus(waitStatus: status) }
        }
        return knownStatus
    }

    /// Waits until the process has ended, or until a deadline; `status` tells which.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func waitForExit(until deadline: Instant) async throws(CancellationError) {
        while status == nil && loop.now < deadline {
            try await loop.suspend { waiter in
                exitWaiter = waiter
                loop.resume(waiter, at: deadline)
                if status != nil { waiter.resume() }
            }
        }
    }

    /// The process's descriptor became readable: it has ended.
    package func descriptor(_ descriptor: CInt, became readiness: Readiness) {
        if let registration { loop.remove(registration) }
        registration = nil
        exitWaiter?.resume()
        exitWaiter = nil
    }

    /// Sends a signal, unless the process has ended (kill(2)).
    package func signal(_ number: CInt) {
        if status == nil { kill(processID, number) }
    }

    /// Ends the process: SIGTERM, and SIGKILL after a grace. Not cancellable: it is what cancellation leads to.
    package func end() async {
        signal(SIGTERM)
        let deadline = loop.now.advanced(by: Self.terminationGrace)
        while status == nil && loop.now < deadline {
            await loop.sleepDespiteCancellation(for: .milliseconds(5))
        }
        signal(SIGKILL)
        if status == nil {
            var status: CInt = 0
            if waitpid(processID, &status, 0) == processID { knownStatus = ExitStatus(waitStatus: status) }
        }
        if let registration { loop.remove(registration) }
        registration = nil
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [(String, String)], _ output: Output, _ errors: Output
    ) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for (stream, target) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
            if case .file(let file) = target {
                posix_spawn_file_actions_addopen(&actions, stream, file, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The simulator blocks the signals that it reads from a descriptor; a child must not inherit that.
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

        var variables = inheritedEnvironment(without: environment.map(\.0))
        variables += environment.map { "\($0.0)=\($0.1)" }
        var process = pid_t()
        let status = withCStrings([path] + arguments) { arguments in
            withCStrings(variables) { variables in
                posix_spawn(&process, path, &actions, &attributes, arguments, variables)
            }
        }
        guard status == 0 else { throw SystemError(code: status) }
        return process
    }

    private static func inheritedEnvironment(without names: [String]) -> [String] {
        var variables: [String] = []
        var next = environ
        while let entry = next.pointee {
            let variable = String(cString: entry)
            if !names.contains(where: { variable.hasPrefix($0 + "=") }) { variables.append(variable) }
            next += 1
        }
        return variables
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}

/// How a process ended.
package enum ExitStatus: Equatable, Sendable, CustomStringConvertible {
    case code(CInt)
    case signal(CInt)

    init(waitStatus status: CInt) {
        let signal = status & 0x7F
        self = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }

    package var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let signal): "signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }
}

/// A program could not be started.
package struct ChildProcessError: Error, CustomStringConvertible {
    package let program: String
    package let cause: SystemError

    package var description: String {
        "cannot start \(program): \(cause)"
    }
}
