import Control

/// A CE that knows one setting.
struct FakeHandler: ControlHandler {
    private let fixed: ControlStatus

    init(status: ControlStatus = FakeHandler.status(cardCount: 2)) {
        fixed = status
    }

    static func status(cardCount: Int) -> ControlStatus {
        ControlStatus(
            version: "test", process: 7, mode: "parallel", elapsedSeconds: 1.5,
            memory: ControlStatus.Memory(budgetBytes: 524_288, heldBytes: 131_072, peakBytes: 262_144),
            heartbeatP99Seconds: 0.001, heartbeatMaximumSeconds: 0.002,
            groups: [
                ControlStatus.Group(
                    name: "adsl", version: "2.0.0", imageBytes: 1 << 20, source: "fetching",
                    reason: "\"cards\":[ is no place to be", fetchedBytes: 77, poolBytes: 131_072,
                    poolAllowedBytes: 524_288)
            ],
            cards: (0..<cardCount).map {
                ControlStatus.Card(
                    slot: $0 + 1, group: "adsl", phase: "receiving", programmedBytes: UInt64($0),
                    reason: $0 % 2 == 0 ? nil : "a \"quoted\" reason]")
            })
    }

    func status() -> ControlStatus { fixed }

    func set(_ setting: String, to value: String) throws(ControlRefusal) -> ControlChange {
        guard setting == "memory" else { throw ControlRefusal("\(setting) is not \(value)") }
        return ControlChange(setting: setting, before: "512KiB", now: value)
    }
}
