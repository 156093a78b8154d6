import Events
import Foundation
import Testing

@Suite struct EventLineTests {
    private func decoded(_ line: [UInt8]) throws -> EventRecord {
        try JSONDecoder().decode(EventRecord.self, from: Data(line))
    }

    @Test(arguments: SampleEvents.kinds) func aLineIsReadAsTheEventThatItWasWrittenFrom(kind: EventKind) throws {
        let event = RunEvent(seconds: 1.234567, kind)
        let record = try decoded(event.line(sequence: 42))
        #expect(record.sequence == 42)
        #expect(record.runEvent == event)
    }

    @Test func everyKindIsAmongTheSamples() {
        #expect(Set(SampleEvents.kinds.map(\.name)).count == 19)
    }

    @Test func aLineIsOneLineOfJSONWithVersionNumberTimeAndName() throws {
        let line = RunEvent(seconds: 8.5, .cardPhase(slot: 7, phase: "lost")).line(sequence: 3)
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"v":1,"seq":3,"t":8.5,"event":"card_phase","slot":7,"phase":"lost"}"# + "\n")
    }

    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (0.000001, "0.000001"), (0.1, "0.1"), (12.000500, "12.0005"), (-0.25, "-0.25"),
        (.nan, "0"), (.infinity, "0"), (86_400.999999, "86400.999999"),
    ]) func timesAreToldInMicroseconds(seconds: Double, text: String) {
        let line = RunEvent(seconds: seconds, .groupEnded(group: "g")).line(sequence: 0)
        #expect(String(decoding: line, as: UTF8.self).contains("\"t\":\(text),"))
    }

    /// What a card or a server says stays one line, and does nothing to a terminal.
    @Test func hostileTextIsEscaped() throws {
        let reason = "a\"b\\c\nd\u{1B}[2J\u{9B}e\u{0}\u{7F}é🙂"
        let line = RunEvent(seconds: 0, .sourceFailed(group: "g", reason: reason)).line(sequence: 0)
        #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(!String(decoding: line, as: UTF8.self).unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" })
        #expect(try decoded(line).runEvent?.kind == .sourceFailed(group: "g", reason: reason))
    }

    @Test(arguments: [
        #"{"v":2,"seq":0,"t":0,"event":"group_ended","group":"g"}"#,
        #"{"v":1,"seq":0,"t":0,"event":"from_the_future","group":"g"}"#,
        #"{"v":1,"seq":0,"t":0,"event":"group_ended"}"#,
        #"{"v":1,"seq":0,"t":0,"event":"card_phase","phase":"lost"}"#,
        #"{"v":1,"seq":0,"t":0,"event":"card_ended","slot":1}"#,
    ]) func whatIsNotKnownIsNoEvent(line: String) throws {
        #expect(try decoded(Array(line.utf8)).runEvent == nil)
    }

    @Test func aSampleWhoseColumnsDifferIsNoEvent() throws {
        let line = String(decoding: RunEvent(seconds: 0, .sample(SampleEvents.sample)).line(sequence: 0), as: UTF8.self)
        let torn = line.replacing(#""donor_bytes":[5,0]"#, with: #""donor_bytes":[5]"#)
        #expect(torn != line)
        #expect(try decoded(Array(torn.utf8)).runEvent == nil)
    }
}
