import Events
import FoundationEssentials

/// A run's events as its file has them.
enum EventLines {
    /// The events of a file of JSON Lines; none where there is no file. What is no event of this version is passed over, and so is a
    /// last line that was cut.
    static func read(_ path: String) -> [RunEvent] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return [] }
        let decoder = JSONDecoder()
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? decoder.decode(EventRecord.self, from: Data(line)))?.runEvent
        }
    }
}

extension [RunEvent] {
    /// When the stream's time was 0, by the machine's monotonic clock; nil where it does not say.
    var monotonicSeconds: Double? {
        for event in self {
            if case .streamOpened(let opening) = event.kind { return opening.monotonicSeconds }
        }
        return nil
    }
}
