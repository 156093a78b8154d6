import Reports

/// The time from left to right, over a drawing's 1000 units.
struct TimeAxis {
    let seconds: Double

    init(seconds: Double) {
        self.seconds = max(seconds, 1e-6)
    }

    func x(_ seconds: Double) -> Double { min(1000, max(0, seconds / self.seconds * 1000)) }

    /// In percent, for what stands beside a drawing.
    func percent(_ seconds: Double) -> String { Markup.number(x(seconds) / 10) }

    /// Some five round times.
    var ticks: [Double] {
        let step = Self.step(for: seconds)
        return Array(stride(from: 0, through: seconds * 0.97, by: step))
    }

    /// 1, 2 or 5 times a power of ten, so that there are four to nine of them.
    static func step(for range: Double) -> Double {
        var power = 1e-6
        while power * 10 <= range { power *= 10 }
        let parts = range / power
        if parts >= 8 { return 2 * power }
        if parts >= 4 { return power }
        return parts >= 2 ? power / 2 : power / 5
    }

    var labels: String {
        let spans = ticks.map { tick in
            "<span style=\"left:\(percent(tick))%\">\(tick == 0 ? "0" : ReportText.duration(tick))</span>"
        }
        return "<div class=\"axis\" aria-hidden=\"true\">\(spans.joined())</div>"
    }

    /// Thin lines behind what is drawn.
    func grid(height: Double) -> String {
        let lines = ticks.dropFirst().map { "M\(Markup.number(x($0))) 0V\(Markup.number(height))" }
        return "<path class=\"grid\" d=\"\(lines.joined())\"/>"
    }
}
