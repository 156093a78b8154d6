import Download
import Reports
import Runtime

/// Keeps every event of a run, and adds it to the loop's trace.
struct EventLog: DownloadObserver {
    struct Entry: Equatable, Sendable {
        var event: DownloadEvent
        var instant: Instant
    }

    private let loop: VirtualTimeLoop
    private let kept: LoopBound<[Entry]>

    init(loop: VirtualTimeLoop) {
        self.loop = loop
        kept = LoopBound([], on: loop)
    }

    var entries: [Entry] { kept.value }

    func note(_ event: DownloadEvent, at instant: Instant) {
        kept.value.append(Entry(event: event, instant: instant))
        for byte in "\(event)".utf8 { loop.record(UInt64(byte)) }
    }
}
