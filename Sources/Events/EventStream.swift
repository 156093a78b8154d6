/// Lines from events: numbered, samples thinned out.
package struct EventStream: Sendable {
    private var sequence = 0
    private var thinning = SampleThinning()

    package init() {}

    /// - Returns: the event's line; nil for a sample that is left out.
    package mutating func line(for event: RunEvent) -> [UInt8]? {
        guard thinning.keeps(event) else { return nil }
        defer { sequence += 1 }
        return event.line(sequence: sequence)
    }

    /// A whole file's bytes.
    package static func bytes(of events: [RunEvent]) -> [UInt8] {
        var stream = EventStream()
        return events.reduce(into: []) { bytes, event in
            if let line = stream.line(for: event) { bytes += line }
        }
    }

    /// The events of several programs in the order of their times; those of the first come first where the times are the same.
    ///
    /// - Parameter streams: each with what is to be added to its times.
    package static func merged(_ streams: [(events: [RunEvent], shiftSeconds: Double)]) -> [RunEvent] {
        let all = streams.enumerated().flatMap { order, stream in
            stream.events.enumerated().map { index, event in
                (order: order, index: index, event: RunEvent(seconds: event.seconds + stream.shiftSeconds, event.kind))
            }
        }
        return all.sorted { ($0.event.seconds, $0.order, $0.index) < ($1.event.seconds, $1.order, $1.index) }
            .map(\.event)
    }
}
