import Control
import Reports

/// What a running CE is doing, as a person reads it.
struct LiveStatus {
    private let status: ControlStatus

    init(_ status: ControlStatus) {
        self.status = status
    }

    var lines: [String] {
        [heading] + groups + cards
    }

    private var heading: String {
        let memory = status.memory
        return "ce \(status.version), process \(status.process), \(status.mode), since "
            + "\(ReportText.duration(status.elapsedSeconds)): memory \(ReportText.bytes(memory.heldBytes)) of "
            + "\(ReportText.bytes(memory.budgetBytes)), at most \(ReportText.bytes(memory.peakBytes)); "
            + "heartbeat late by \(ReportText.fixed(status.heartbeatP99Seconds * 1000, 1)) ms (99 %)"
    }

    private var groups: [String] {
        status.groups.map { group in
            var text =
                "group \(group.name): version \(group.version), \(group.source), fetched "
                + "\(ReportText.bytes(group.fetchedBytes)) of \(ReportText.bytes(group.imageBytes))"
            if group.poolAllowedBytes > 0 {
                text += ", pool \(ReportText.bytes(group.poolBytes)) of \(ReportText.bytes(group.poolAllowedBytes))"
            }
            return text + (group.reason.map { ": \($0)" } ?? "")
        }
    }

    private var cards: [String] {
        var table = ReportTable(heading: ["slot", "group", "phase", "in flash", "remarks"], textColumns: [1, 2, 4])
        for card in status.cards {
            let bytes = status.groups.first { $0.name == card.group }?.imageBytes ?? 0
            let part = bytes > 0 ? Double(card.programmedBytes) / Double(bytes) : 0
            table.add([
                "\(card.slot)", card.group, card.phase, "\(ReportText.fixed(part * 100, 0)) %", card.reason ?? "",
            ])
        }
        return table.lines
    }
}
