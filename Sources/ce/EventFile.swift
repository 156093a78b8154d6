import Events
import Glibc
import Runtime

/// The file of `--events`: JSON Lines, as they happen.
final class EventFile: RunEventSink {
    private struct State {
        var stream = EventStream()
        var buffer: [UInt8] = []
        /// Why nothing is written any more.
        var problem: String?
    }

    let path: String
    private let descriptor: CInt
    private let state: LoopBound<State>

    /// Makes the file, or empties it.
    ///
    /// - Throws: why it cannot be written.
    init(path: String, loop: any Loop) throws(SystemError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.last }
        state = LoopBound(State(), on: loop)
    }

    deinit {
        close(descriptor)
    }

    func note(_ event: RunEvent) {
        guard state.value.problem == nil, let line = state.value.stream.line(for: event) else { return }
        state.value.buffer += line
        // Whoever follows the file sees a sample at once, and with it whatever came before.
        var isSample = false
        if case .sample = event.kind { isSample = true }
        if isSample || state.value.buffer.count >= EventLimits.bufferBytes { flush() }
    }

    /// Writes what is left.
    ///
    /// - Returns: nil, or why not everything could be written: a full disk.
    func writeRest() -> String? {
        flush()
        return state.value.problem
    }

    private func flush() {
        let bytes = state.value.buffer
        state.value.buffer.removeAll(keepingCapacity: true)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return state.value.problem = SystemError.last.description }
            written += count
        }
    }
}
