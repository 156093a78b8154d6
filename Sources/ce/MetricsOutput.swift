import Events
import Glibc
import Metrics
import Reports
import Runtime

/// Where `--metrics` goes: a file that is written anew every second, or an address that answers a scraper.
final class MetricsOutput: RunEventSink {
    enum Place {
        case file(String)
        case address(Endpoint)

        /// An address and port, or else the path of a file.
        init(_ text: String) {
            self = Endpoint(text).map { Place.address($0) } ?? .file(text)
        }
    }

    /// Scrapers ask every 15 seconds; a person who watches the file sees it move.
    private static let period: Duration = .seconds(1)

    private let place: Place
    private let metrics: LoopBound<DownloadMetrics>
    private let server: MetricsServer?
    private let loop: EventLoop

    /// - Throws: an address that cannot be listened on, a file that cannot be written: what is wrong.
    init(_ place: Place, loop: EventLoop) throws {
        self.place = place
        self.loop = loop
        let metrics = LoopBound(DownloadMetrics(version: CE.version), on: loop)
        self.metrics = metrics
        switch place {
        case .address(let endpoint):
            server = try MetricsServer(on: endpoint, network: TCPNetwork(loop: loop), loop: loop) {
                Self.text(of: metrics)
            }
        case .file(let path):
            server = nil
            try Self.write("", to: path)
        }
    }

    func note(_ event: RunEvent) {
        metrics.value.note(event)
    }

    /// Serves, or writes the file again and again, until the task is cancelled.
    func run() async {
        if let server { return await server.run() }
        while (try? await loop.sleep(for: Self.period)) != nil { _ = writeFile() }
    }

    /// Writes the file a last time.
    ///
    /// - Returns: nil, or why it could not be written.
    func writeLast() -> String? { writeFile() }

    private func writeFile() -> String? {
        guard case .file(let path) = place else { return nil }
        do { try Self.write(Self.text(of: metrics), to: path) } catch { return "\(error)" }
        return nil
    }

    private static func text(of metrics: LoopBound<DownloadMetrics>) -> String {
        var telemetry = Telemetry()
        let resources = telemetry.report(kernelSendBytesLimit: 0)
        metrics.value.residentBytes = Telemetry.residentBytes
        metrics.value.processorSeconds = resources.cpuSeconds
        return metrics.value.text
    }

    /// Whole or not at all: who collects text files reads at any time (rename(2)).
    private static func write(_ text: String, to path: String) throws(SystemError) {
        let draft = path + ".new"
        guard let file = fopen(draft, "we") else { throw SystemError.last }
        let count = fwrite(text, 1, text.utf8.count, file)
        guard fclose(file) == 0, count == text.utf8.count, rename(draft, path) == 0 else { throw SystemError.last }
    }
}
