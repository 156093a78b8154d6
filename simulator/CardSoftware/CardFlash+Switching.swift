import CardProtocol
import FlashModel

/// Which instance runs: trial boots, commit, roll back, and what a card does when it is turned on.
extension CardFlash {
    /// What a card starts.
    package struct Start: Equatable, Sendable {
        package var instance: Int
        /// It has to be committed within so long; nil: it is committed.
        package var trialSeconds: Int?
        /// When the flash is done with it.
        package var end: Duration

        package init(instance: Int, trialSeconds: Int?, end: Duration) {
            self.instance = instance
            self.trialSeconds = trialSeconds
            self.end = end
        }
    }

    /// Decides which instance to start, once after power has come or the card was restarted.
    ///
    /// An instance on trial uses up an attempt first, so that one that hangs or crashes is given up after a few. Whatever is
    /// started had its digest verified from flash; an image that is not in the flash, as the factory's, has none.
    ///
    /// - Throws: `nothingBoots` when no image is as it was verified; `flash` when the flash cannot be used.
    package mutating func start(at time: Duration) throws(CardError) -> Start {
        do throws(FlashFailure) {
            if let trial = boot.trial, let start = try tryInstance(trial, at: time) { return start }
            if let start = try startCommitted(at: time) { return start }
        } catch {
            throw .flash(error)
        }
        let (committed, other) = (boot.committed, 1 - boot.committed)
        let isOtherValid = boot.instances[other].isValid
        throw .nothingBoots(
            """
            instance \(committed) (\(version(committed))) reads other than it was verified, and instance \(other) \
            \(isOtherValid ? "(\(version(other))) does so, too" : "holds no valid image")
            """)
    }

    private mutating func tryInstance(_ trial: BootRecord.Trial, at time: Duration) throws(FlashFailure) -> Start? {
        guard trial.attemptsLeft > 0 else {
            try endTrial(
                "instance \(trial.instance) (\(version(trial.instance))) did not start \(policy.attempts) times",
                at: time)
            return nil
        }
        try store(at: time) { $0.trial?.attemptsLeft -= 1 }
        guard try verify(trial.instance, at: time) else {
            try endTrial(
                "instance \(trial.instance) (\(version(trial.instance))) reads other than it was verified", at: time
            ) {
                $0.clear(trial.instance)
            }
            return nil
        }
        if boot.active != trial.instance { try store(at: time) { $0.setActive(trial.instance) } }
        return Start(instance: trial.instance, trialSeconds: trial.seconds, end: model.busyUntil)
    }

    /// - Returns: nil when neither image is as it was verified.
    private mutating func startCommitted(at time: Duration) throws(FlashFailure) -> Start? {
        let committed = boot.committed
        var chosen = committed
        if try !verify(committed, at: time) {
            chosen = 1 - committed
            guard boot.download?.instance != chosen, try verify(chosen, at: time) else { return nil }
        }
        if chosen != committed {
            let failure = "instance \(committed) (\(version(committed))) reads other than it was verified"
            try store(at: time) { record in
                record.clear(committed)
                record.setActive(chosen)
                record.setCommitted(chosen)
                record.failure = failure
            }
        } else if boot.active != committed {
            try store(at: time) { $0.setActive(committed) }
        }
        return Start(instance: chosen, trialSeconds: nil, end: max(model.busyUntil, time))
    }

    private func version(_ instance: Int) -> String { boot.instances[instance].version }

    // MARK: Requests

    /// Puts an instance on trial: the card is to be restarted then.
    ///
    /// - Parameter trialSeconds: how long it has to be committed; nil: the card's own.
    /// - Returns: when the boot record says so.
    package mutating func activate(
        _ instance: Int, epoch: UInt64, trialSeconds: Int? = nil, at time: Duration
    ) throws(SwitchFailure) -> Duration {
        try checkEpoch(epoch)
        guard boot.trial == nil else {
            throw .refused(.unexpectedSwitchover, "instance \(boot.trial!.instance) is on trial already")
        }
        guard instance != boot.active else {
            throw .refused(.unexpectedSwitchover, "instance \(instance) runs already")
        }
        guard boot.instances[instance].isValid else {
            throw .refused(.notFound, "instance \(instance) holds no valid image")
        }
        guard boot.securityNumbers[instance] >= boot.antiRollback else {
            throw .refused(
                .downgrade,
                "the image's number is \(boot.securityNumbers[instance]), and \(boot.antiRollback) was committed before"
            )
        }
        // Bits may have rotted since the download.
        guard try storing({ flash throws(FlashFailure) in try flash.verify(instance, at: time) }) else {
            _ = try storing { flash throws(FlashFailure) in try flash.store(at: time) { $0.clear(instance) } }
            throw .refused(
                .integrityFail, "instance \(instance) reads other than it was verified; it is not valid any more")
        }
        let attempts = policy.attempts
        let seconds = trialSeconds ?? policy.trialSeconds
        return try storing { flash throws(FlashFailure) in
            try flash.store(at: time) { record in
                record.trial = BootRecord.Trial(instance: instance, attemptsLeft: attempts, seconds: seconds)
                record.failure = ""
                record.epoch += 1
            }
        }
    }

    /// Keeps the instance that runs on trial.
    package mutating func commit(epoch: UInt64, at time: Duration) throws(SwitchFailure) -> Duration {
        try checkEpoch(epoch)
        guard let trial = boot.trial, trial.instance == boot.active else {
            throw .refused(.notFound, "no instance runs on trial; instance \(boot.committed) is committed")
        }
        return try storing { flash throws(FlashFailure) in
            try flash.store(at: time) { record in
                record.setCommitted(trial.instance)
                record.antiRollback = max(record.antiRollback, record.securityNumbers[trial.instance])
                record.trial = nil
                record.failure = ""
                record.epoch += 1
            }
        }
    }

    /// Returns from a trial to the committed instance. The card is to be restarted then.
    package mutating func rollBack(epoch: UInt64, reason: String, at time: Duration) throws(SwitchFailure) -> Duration {
        try checkEpoch(epoch)
        guard boot.trial != nil else {
            throw .refused(.notFound, "nothing is on trial; instance \(boot.committed) is committed")
        }
        return try storing { flash throws(FlashFailure) in
            try flash.endTrial(reason, at: time) { $0.epoch += 1 }
        }
    }

    /// The instance on trial was not committed in time, or has failed: the card is to be restarted then.
    @discardableResult
    package mutating func endTrial(
        _ reason: String, at time: Duration, _ also: (inout BootRecord) -> Void = { _ in }
    ) throws(FlashFailure) -> Duration {
        try store(at: time) { record in
            record.trial = nil
            record.failure = reason
            also(&record)
        }
    }
}
