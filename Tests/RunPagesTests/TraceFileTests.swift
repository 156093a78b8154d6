import Events
import Foundation
import Reports
import RunPages
import Testing

@Suite struct TraceFileTests {
    private func entries(_ timeline: RunTimeline) throws -> [[String: Any]] {
        let object = try JSONSerialization.jsonObject(with: Data(TraceFile.text(of: timeline).utf8))
        return try #require((object as? [String: Any])?["traceEvents"] as? [[String: Any]])
    }

    /// What the Trace Event Format asks of each phase of an entry.
    @Test func everyEntryIsWhatPerfettoExpects() throws {
        let sample = RunSample(cardCount: 20)
        let fault = RunEvent(seconds: 3, .fault(FaultMark(what: "cut", target: "server")))
        let entries = try entries(TimelineBuilder.timeline(of: sample.events + [fault]))
        #expect(entries.count > 100)
        for entry in entries {
            #expect(entry["name"] is String)
            #expect(entry["pid"] is Int)
            switch entry["ph"] as? String {
            case "X":
                #expect((entry["ts"] as? Int).map { $0 >= 0 } == true)
                #expect((entry["dur"] as? Int).map { $0 > 0 } == true)
                #expect(entry["tid"] is Int)
            case "C": #expect((entry["args"] as? [String: Int])?.values.allSatisfy { $0 >= 0 } == true)
            case "i": #expect(["t", "g"].contains(entry["s"] as? String))
            case "M": #expect(entry["args"] is [String: Any])
            default: Issue.record("an entry of phase \(entry["ph"] ?? "none")")
            }
        }
    }

    @Test func everyCardHasALaneAndSoHaveTransferAgentAndPool() throws {
        let entries = try entries(TimelineBuilder.timeline(of: RunSample(cardCount: 20).events))
        let lanes = entries.filter { $0["name"] as? String == "thread_name" }
            .compactMap { ($0["args"] as? [String: String])?["name"] }
        #expect(lanes == (1...20).map { "slot \($0)" } + ["group adsl"])
        #expect(entries.contains { $0["ph"] as? String == "C" && $0["name"] as? String == "pool of adsl" })
        #expect(entries.contains { $0["name"] as? String == "fetching" })
        #expect(entries.contains { $0["name"] as? String == "catching up by itself" && $0["tid"] as? Int == 7 })
    }

    @Test func slicesOfALaneDoNotOverlap() throws {
        let entries = try entries(TimelineBuilder.timeline(of: RunSample(cardCount: 8).events))
        for slot in 1...8 {
            let slices = entries.filter {
                $0["ph"] as? String == "X" && $0["pid"] as? Int == 1 && $0["tid"] as? Int == slot
            }
            for (slice, next) in zip(slices, slices.dropFirst()) {
                #expect((slice["ts"] as! Int) + (slice["dur"] as! Int) <= next["ts"] as! Int)
            }
            #expect(!slices.isEmpty)
        }
    }
}
