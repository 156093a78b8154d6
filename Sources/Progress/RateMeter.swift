/// How fast a count grows, over the last one to two seconds.
struct RateMeter: Equatable, Sendable {
    private var older: (seconds: Double, count: Double)?
    private var newer: (seconds: Double, count: Double)?
    private var last: (seconds: Double, count: Double)?

    /// Long enough for several sections of the slowest card, short enough for a person.
    private static let span = 1.0

    mutating func note(_ count: Double, at seconds: Double) {
        last = (seconds, count)
        guard let newer else {
            newer = (seconds, count)
            older = newer
            return
        }
        if seconds - newer.seconds >= Self.span {
            older = newer
            self.newer = (seconds, count)
        }
    }

    /// A second; nil before it is known.
    var perSecond: Double? {
        guard let older, let last, last.seconds - older.seconds > 0.2 else { return nil }
        return max(0, (last.count - older.count) / (last.seconds - older.seconds))
    }

    static func == (left: RateMeter, right: RateMeter) -> Bool { left.perSecond == right.perSecond }
}
