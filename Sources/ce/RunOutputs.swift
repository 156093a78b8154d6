import Events
import Progress
import Reports
import Runtime

/// What a run tells beside its result: progress, events, figures.
struct RunOutputs: Sendable {
    /// Where they go.
    struct Places: Sendable {
        var progress: ProgressStyle
        /// nil: nowhere.
        var eventFile: String?
        /// nil: nowhere.
        var metrics: MetricsOutput.Place?
    }

    /// One of them is not to be had.
    struct Failure: Error, Sendable {
        let text: String
        let exit: ProgramExit
    }

    private let display: ProgressDisplay
    private let events: EventFile?
    private let metrics: MetricsOutput?

    /// Called on the loop.
    init(_ places: Places, loop: EventLoop) throws(Failure) {
        display = ProgressDisplay(style: places.progress, loop: loop)
        do {
            events = try places.eventFile.map { path throws(SystemError) in try EventFile(path: path, loop: loop) }
        } catch {
            let path = places.eventFile ?? ""
            throw Failure(text: "--events \(path): the file cannot be written: \(error)", exit: .cannotWrite)
        }
        do {
            metrics = try places.metrics.map { try MetricsOutput($0, loop: loop) }
        } catch {
            throw Failure(
                text: "--metrics: \(error)", exit: error is ConnectionError ? .unavailable : .cannotWrite)
        }
    }

    var sinks: [any RunEventSink] {
        var sinks: [any RunEventSink] = [display]
        if let events { sinks.append(events) }
        if let metrics { sinks.append(metrics) }
        return sinks
    }

    /// Keeps what shows figures up to date, until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await display.run() }
            if let metrics { tasks.addTask { await metrics.run() } }
        }
    }

    /// Leaves a clean terminal and whole files.
    ///
    /// - Returns: what could not be written, a sentence each.
    func finish() -> [String] {
        display.finish()
        let rest = events.flatMap { file in file.writeRest().map { "--events \(file.path): \($0)" } }
        let figures = metrics?.writeLast().map { "--metrics: \($0)" }
        return [rest, figures].compactMap { $0 }.map { "\($0): not everything could be written" }
    }
}
