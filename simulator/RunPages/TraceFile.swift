import Events
import Reports

/// A run's timeline as a Chrome trace, which ui.perfetto.dev and chrome://tracing open: a lane for each card, one for each transfer
/// agent, and each pool as a counter (Trace Event Format, JSON object form).
package enum TraceFile {
    private static let cardsProcess = 1
    private static let transferProcess = 2
    private static let poolProcess = 3

    package static func text(of timeline: RunTimeline) -> String {
        var entries = [
            name(of: cardsProcess, "cards"), name(of: transferProcess, "transfer agents"),
            name(of: poolProcess, "pools"),
        ]
        for card in timeline.cards {
            entries += lane(cardsProcess, card.slot, "slot \(card.slot)")
            entries += card.spans.map { span in
                slice(cardsProcess, card.slot, span.activity.label, from: span.start, to: span.end)
            }
            entries += card.marks.map { instant(cardsProcess, card.slot, $0) }
        }
        for (index, group) in timeline.groups.enumerated() {
            entries += lane(transferProcess, index + 1, "group \(group.name)")
            entries += group.transfers.map {
                slice(transferProcess, index + 1, "fetching", from: $0.lowerBound, to: $0.upperBound)
            }
            entries += group.marks.map { instant(transferProcess, index + 1, $0) }
            entries += group.pool.map { counter("pool of \(group.name)", $0) }
        }
        entries += timeline.faults.map { mark in
            mark.slot.map { instant(cardsProcess, $0, mark) } ?? instant(transferProcess, 0, mark)
        }
        return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" + entries.joined(separator: ",\n") + "\n]}\n"
    }

    // MARK: Entries

    private static func name(of process: Int, _ name: String) -> String {
        #"{"ph":"M","name":"process_name","pid":\#(process),"args":{"name":\#(JSONText.quoted(name))}}"#
    }

    private static func lane(_ process: Int, _ thread: Int, _ name: String) -> [String] {
        [
            #"{"ph":"M","name":"thread_name","pid":\#(process),"tid":\#(thread),"args":{"name":\#(JSONText.quoted(name))}}"#,
            #"{"ph":"M","name":"thread_sort_index","pid":\#(process),"tid":\#(thread),"args":{"sort_index":\#(thread)}}"#,
        ]
    }

    private static func slice(_ process: Int, _ thread: Int, _ name: String, from: Double, to: Double) -> String {
        let duration = ReportText.fixed((to - from) * 1e6, 0)
        return
            #"{"ph":"X","name":\#(JSONText.quoted(name)),"pid":\#(process),"tid":\#(thread),"ts":\#(micros(from)),"dur":\#(duration)}"#
    }

    /// With the scope of its thread.
    private static func instant(_ process: Int, _ thread: Int, _ mark: TimelineMark) -> String {
        let scope = thread == 0 ? "g" : "t"
        return
            #"{"ph":"i","s":"\#(scope)","cat":"\#(mark.kind.rawValue)","name":\#(JSONText.quoted(mark.text)),"pid":\#(process),"tid":\#(thread),"ts":\#(micros(mark.seconds))}"#
    }

    private static func counter(_ name: String, _ point: GroupLane.PoolPoint) -> String {
        #"{"ph":"C","name":\#(JSONText.quoted(name)),"pid":\#(poolProcess),"ts":\#(micros(point.seconds)),"args":{"in use":\#(point.usedBytes),"free":\#(max(0, point.budgetBytes - point.usedBytes))}}"#
    }

    private static func micros(_ seconds: Double) -> String { ReportText.fixed(seconds * 1e6, 0) }
}
