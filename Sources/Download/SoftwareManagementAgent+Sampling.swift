import CardDialogue
import Events
import Runtime
import SoftwareImage

/// How the group does, for whoever wants to see it.
extension SoftwareManagementAgent {
    /// Tells the observer how the group does, unless it was told a moment ago.
    func sampleWhenDue() {
        guard observer?.takesSamples == true else { return }
        let now = loop.now
        if let last = sampledAt,
            last.duration(to: now) < EventLimits.samplePeriod(cardCount: job.cards.count)
        {
            return
        }
        sample(at: now)
    }

    func sample(at instant: Instant) {
        guard let observer, observer.takesSamples else { return }
        sampledAt = instant
        observer.note(currentSample, at: instant)
    }

    private var currentSample: GroupSample {
        GroupSample(
            group: job.group, serverBytes: transfer.receivedBytes, poolBytes: pool.heldBytes,
            budgetBytes: pool.allowanceBytes, depth: pool.depth.target, fullSeconds: pool.fullTime.seconds,
            holders: pool.fewHolders.map { job.cards[$0].slot },
            cards: agents.filter { !$0.hasEnded }.map { cardSample($0) })
    }

    private func cardSample(_ agent: DownloadAgent) -> CardSample {
        var account = agent.account
        let now = loop.turnTime
        var waitsFor = CardNeed.nothing
        switch agent.wait {
        case .block(let since, let full):
            let poolWait = pool.fullTime - full
            account.poolWait += poolWait
            account.serverWait += since.duration(to: now) - poolWait
            waitsFor = pool.isFull ? .pool : .server
        case .card(let since):
            account.cardWait += since.duration(to: now)
            waitsFor = .card
        case nil: break
        }
        return CardSample(
            slot: agent.target.slot, flashBytes: sessions[agent.index]?.programmedBytes ?? agent.flashBytes,
            donorBytes: account.donorBytes, serverWaitSeconds: account.serverWait.seconds,
            poolWaitSeconds: account.poolWait.seconds, cardWaitSeconds: account.cardWait.seconds, waitsFor: waitsFor)
    }
}

extension DownloadJob {
    /// What the group's download begins with, in a stream of events.
    var opening: GroupOpening {
        GroupOpening(
            name: group, version: manifest.version, imageBytes: manifest.imageBytes,
            slots: cards.map(\.slot), blockBytes: pool.blockBytes, budgetBytes: pool.budgetBytes)
    }
}
