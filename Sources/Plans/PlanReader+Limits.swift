package import Settings

/// What the downloads may use: the key `limits`.
extension PlanReader {
    static func limits(_ setting: Setting) -> PlannedLimits? {
        guard let fields = setting.fields(["server", "cards", "cpu"]) else { return nil }
        var limits = PlannedLimits()
        if let rate = fields["server"] {
            guard let value = rate.dataRate(in: PlannedLimits.rateRange) else { return nil }
            limits.server = value
        }
        if let rate = fields["cards"] {
            guard let value = rate.dataRate(in: PlannedLimits.rateRange) else { return nil }
            limits.cards = value
        }
        if let share = fields["cpu"] {
            guard let value = share.share(in: PlannedLimits.cpuRange) else { return nil }
            limits.cpu = value < 1 ? value : nil
        }
        return limits
    }

    /// Reads settings of a running download, as texts: those that a plan has at these paths.
    ///
    /// - Returns: nil for a path that is none of `memory` and `limits`.
    /// - Throws: what is wrong with the value.
    package static func change(_ path: String, to value: String) throws(SettingsError) -> PlanChange? {
        guard PlanChange.paths.contains(path) else { return nil }
        let override = try SettingsOverride(parsing: "\(path)=\(value)")
        let document = SettingsDocument(
            overrides: [SettingsOverride(path: override.path, text: value, option: "\(path)")], name: "set")
        let fields = document.root.fields(["memory", "limits"])
        let memory = fields?["memory"]?.byteCount(in: PoolSettings.memoryRange)
        let isNone = value == "none" && path != "memory"
        let limits = isNone ? PlannedLimits() : fields?["limits"].flatMap(limits)
        if !isNone { try document.check() }
        switch path {
        case "memory": return memory.map { .memory($0) }
        case "limits.server": return .server(limits?.server)
        case "limits.cards": return .cards(limits?.cards)
        default: return .cpu(limits?.cpu)
        }
    }
}

/// A setting of a running download and its new value; nil for no limit.
package enum PlanChange: Equatable, Sendable {
    case memory(ByteCount)
    case server(DataRate?)
    case cards(DataRate?)
    case cpu(Double?)

    package static let paths = ["memory", "limits.server", "limits.cards", "limits.cpu"]
}
