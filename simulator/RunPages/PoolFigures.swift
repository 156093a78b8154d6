import Reports

/// What went through the CE: its pool against its budget, and bytes a second in and out of it.
struct PoolFigures {
    let timeline: RunTimeline

    /// Between two points of a rate: shorter ones show how blocks come and go, and no rate.
    private static let shares = 120.0

    private var axis: TimeAxis { TimeAxis(seconds: timeline.seconds) }

    var pool: [String] {
        timeline.groups.flatMap { group -> [String] in
            guard !group.pool.isEmpty else { return [] }
            let chart = LineChart(
                title: "Memory of the pool of group \(group.name)", axis: axis,
                lines: [
                    .init(
                        name: "in use", style: "l-1", points: group.pool.map { ($0.seconds, Double($0.usedBytes)) },
                        isStepped: true),
                    .init(
                        name: "budget", style: "l-2", points: group.pool.map { ($0.seconds, Double($0.budgetBytes)) }),
                ], text: { ReportText.bytes(Int($0)) })
            return heading(group) + [chart.content]
        }
    }

    var throughput: [String] {
        timeline.groups.flatMap { group -> [String] in
            let cards = max(1, timeline.cards.count { $0.group == group.name })
            let flash = rates(group.flash).map { ($0.seconds, $0.value / Double(cards)) }
            let server = rates(group.server)
            guard !server.isEmpty || !flash.isEmpty else { return [] }
            let chart = LineChart(
                title: "Throughput of group \(group.name)", axis: axis,
                lines: [
                    .init(name: "from the server", style: "l-1", points: server),
                    .init(name: "into the flash of a card, on average", style: "l-3", points: flash),
                ], text: { "\(ReportText.bytes(Int($0)))/s" })
            return heading(group) + [chart.content]
        }
    }

    private func heading(_ group: GroupLane) -> [String] {
        timeline.groups.count > 1 ? ["<h3>Group \(Markup.escaped(group.name))</h3>"] : []
    }

    private func rates(_ points: [GroupLane.BytesPoint]) -> [(seconds: Double, value: Double)] {
        let span = timeline.seconds / Self.shares
        guard var last = points.first else { return [] }
        var rates: [(seconds: Double, value: Double)] = []
        for point in points.dropFirst() where point.seconds - last.seconds >= span {
            let rate = max(0, (point.bytes - last.bytes) / (point.seconds - last.seconds))
            rates.append(((point.seconds + last.seconds) / 2, rate))
            last = point
        }
        return rates
    }
}
