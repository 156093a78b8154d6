import Activation
import CardDialogue
import Download
import Events
import Logging
import Reports
import Runtime

/// Writes what happens in a download to the log, on the standard error stream, with the loop's time.
struct EventLogger: DownloadObserver, ActivationObserver {
    let logger: Logger

    /// From which level on events are written.
    enum Detail: String, CaseIterable, Sendable {
        /// Progress too.
        case debug
        /// Every change of a card's phase.
        case info
        /// What failed.
        case error
    }

    init(_ detail: Detail) {
        var logger = Logger(label: "ce") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel =
            switch detail {
            case .debug: .debug
            case .info: .info
            case .error: .error
            }
        self.logger = logger
    }

    func note(_ event: DownloadEvent, at instant: Instant) {
        let time: Logger.Metadata = ["at": "\(ReportText.fixed(instant.sinceStart.seconds, 3)) s"]
        switch event {
        case .sourceOpened(let group): logger.info("group \(group): asks the file server for the image", metadata: time)
        case .sourceDelivered(let group, let bytes):
            logger.debug("group \(group): \(bytes) bytes fetched", metadata: time)
        case .sourceVerified(let group):
            logger.info("group \(group): the image is the manifest's, by size and SHA-256", metadata: time)
        case .sourceInterrupted(let group, let reason):
            logger.notice("group \(group): \(escaped(reason)); it goes on", metadata: time)
        case .sourceFailed(let group, let reason): logger.error("group \(group): \(escaped(reason))", metadata: time)
        case .donorLeft(_, let slot, let reason, let isDistrusted):
            let verdict = isDistrusted ? "is not read from any more" : "is left for now"
            logger.notice("slot \(slot): as a donor it \(verdict): \(escaped(reason))", metadata: time)
        case .cardChanged(let slot, let phase): logger.info("slot \(slot): \(phase.rawValue)", metadata: time)
        case .groupStarted(let opening):
            logger.info("group \(opening.name): \(ReportText.count(opening.slots.count, "card"))", metadata: time)
        case .groupEnded(let group): logger.info("group \(group): ended", metadata: time)
        case .cardDetached(let slot, let cost, let allowed):
            let figures = "\(ReportText.duration(cost.seconds)) of \(ReportText.duration(allowed.seconds))"
            logger.notice("slot \(slot): detached, it kept the others waiting for \(figures)", metadata: time)
        case .cardDonor(let slot, let donor):
            logger.debug("slot \(slot): reads from \(donor.map { "slot \($0)" } ?? "no card")", metadata: time)
        case .cardProgrammed(let slot, let bytes): logger.debug("slot \(slot): \(bytes) bytes in flash", metadata: time)
        case .cardEnded(let slot, let outcome, let reason):
            let level: Logger.Level = outcome == .failed ? .error : .info
            let ending = reason.map { ": \(escaped($0))" } ?? ""
            logger.log(level: level, "slot \(slot): \(outcome.rawValue)\(ending)", metadata: time)
        }
    }
}

extension EventLogger {
    func note(_ event: ActivationEvent, at instant: Instant) {
        let time: Logger.Metadata = ["at": "\(ReportText.fixed(instant.sinceStart.seconds, 3)) s"]
        switch event {
        case .waveStarted(let group, let number, let count, let slots):
            logger.info(
                "group \(group): wave \(number) of \(count), slots \(ReportText.ranges(slots))", metadata: time)
        case .cardChanged(let slot, let phase): logger.debug("slot \(slot): \(escaped("\(phase)"))", metadata: time)
        case .stopped(let group, let reason):
            logger.error("group \(group): stopped: \(escaped(reason))", metadata: time)
        case .cardEnded(let slot, let state, let reason):
            let ending = reason.map { ": \(escaped($0))" } ?? ""
            logger.log(
                level: reason == nil ? .info : .error, "slot \(slot): \(state.rawValue)\(ending)", metadata: time)
        }
    }
}

/// Several observers of a roll-out as one, told in order.
struct ActivationObservers: ActivationObserver {
    let all: [any ActivationObserver]

    func note(_ event: ActivationEvent, at instant: Instant) {
        for observer in all { observer.note(event, at: instant) }
    }
}
