import Control
import Download
import Glibc
import Plans
import Reports
import Runtime
import Settings

/// A running download as its operators see and change it.
final class RunningDownload: ControlHandler {
    private let plan: DownloadPlan
    private let memory: MemoryBudget
    private let rates: DownloadRates
    private let live: LiveShelf
    private let heartbeat: Heartbeat
    private let loop: EventLoop

    init(
        _ plan: DownloadPlan, memory: MemoryBudget, rates: DownloadRates, live: LiveShelf, heartbeat: Heartbeat,
        loop: EventLoop
    ) {
        self.plan = plan
        self.memory = memory
        self.rates = rates
        self.live = live
        self.heartbeat = heartbeat
        self.loop = loop
    }

    func status() -> ControlStatus {
        let lateness = heartbeat.lateness
        return ControlStatus(
            version: CE.version, process: Int(getpid()), mode: plan.mode.rawValue,
            elapsedSeconds: loop.now.sinceStart.seconds,
            memory: ControlStatus.Memory(
                budgetBytes: memory.bytes, heldBytes: memory.heldBytes, peakBytes: memory.peakBytes),
            heartbeatP99Seconds: lateness.quantile(0.99).seconds,
            heartbeatMaximumSeconds: lateness.maximum.seconds, groups: live.groups(over: memory), cards: live.cards)
    }

    func set(_ setting: String, to value: String) throws(ControlRefusal) -> ControlChange {
        let change: PlanChange?
        do throws(SettingsError) {
            change = try PlanReader.change(setting, to: value)
        } catch {
            throw ControlRefusal(error.description)
        }
        guard let change else {
            let names = PlanChange.paths
            let hint = nearest(to: setting, among: names).map { " (did you mean \($0)?)" } ?? ""
            throw ControlRefusal(
                "\(setting.quoted) cannot be changed while a download runs; expected one of "
                    + names.joined(separator: ", ") + hint)
        }
        let (before, now) = try apply(change)
        return ControlChange(setting: setting, before: before, now: now)
    }

    /// - Returns: the value before, and the one that is in force now.
    private func apply(_ change: PlanChange) throws(ControlRefusal) -> (String, String) {
        switch change {
        case .memory(let bytes):
            guard plan.mode != .serial else {
                throw ControlRefusal("the strictly serial way has one chunk of memory, which cannot be changed")
            }
            let before = memory.bytes
            do throws(MemoryBudget.Refusal) {
                try memory.set(bytes: Int(bytes.bytes))
            } catch {
                throw ControlRefusal(error.description)
            }
            return (ByteCount(UInt64(before)).description, bytes.description)
        case .server(let rate): return Self.set(rates.server, to: rate)
        case .cards(let rate): return Self.set(rates.cards, to: rate)
        case .cpu(let share):
            let before = loop.processorShare
            loop.processorShare = share
            return (Self.text(of: before), Self.text(of: share))
        }
    }

    private static func set(_ limit: RateLimit, to rate: DataRate?) -> (String, String) {
        let before = limit.bytesPerSecond.map { DataRate(bitsPerSecond: UInt64($0 * 8)).description }
        limit.bytesPerSecond = rate?.bytesPerSecond
        return (before ?? "none", rate?.description ?? "none")
    }

    private static func text(of share: Double?) -> String {
        share.map { "\(Int(($0 * 100).rounded()))%" } ?? "none"
    }
}
