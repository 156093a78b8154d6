/// What a figure is to be.
struct Target {
    enum Relation: String {
        case atMost = "<="
        case atLeast = ">="
        case exactly = "=="
    }

    let relation: Relation
    let value: Double
    /// Whether it is held against the median alone; otherwise against every round.
    let isForMedian: Bool

    static func atMost(_ value: Double) -> Target {
        Target(relation: .atMost, value: value, isForMedian: false)
    }

    static func atLeast(_ value: Double) -> Target {
        Target(relation: .atLeast, value: value, isForMedian: false)
    }

    static func exactly(_ value: Double) -> Target {
        Target(relation: .exactly, value: value, isForMedian: false)
    }

    /// For what varies by itself from round to round more than the target leaves room for.
    static func medianAtMost(_ value: Double) -> Target {
        Target(relation: .atMost, value: value, isForMedian: true)
    }

    func holds(for value: Double) -> Bool {
        switch relation {
        case .atMost: value <= self.value
        case .atLeast: value >= self.value
        case .exactly: value == self.value
        }
    }
}
