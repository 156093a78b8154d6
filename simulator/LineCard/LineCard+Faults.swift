import CardProtocol
import CardSoftware
import Faults
import FlashModel
import Runtime

/// Where a card's faults take hold of its software.
extension LineCard {
    /// Says what comes next; what that sets off is there before it.
    func observe(_ observation: FaultObservation) {
        guard let cues else { return }
        cues.observe(observation)
        applyCues()
    }

    /// Runs what the simulator orders, and ends what lasts for a time.
    func followCues() async {
        guard let cues else { return }
        while (try? await cues.waitForWork()) != nil { applyCues() }
    }

    private func applyCues() {
        guard let cues, cues.hasFlashWork else { return }
        for cue in cues.takeFlashCues() {
            switch cue {
            case .change(let effect): change(effect)
            case .powerLoss(let torn, let seed, let isAtOnce):
                // A part that is at work loses its power in the middle of it.
                let isBusy = downloader?.download?.hasWork == true
                if isAtOnce && !isBusy {
                    flash.turnOff(seed: seed)
                    end(.powerLost)
                } else {
                    flash.arm(PowerCut(operation: 1, torn: torn, seed: seed))
                }
            }
        }
        // Blocks that have failed since stay failed.
        var base = settings.faults
        base.blocks = flash.model.faults.blocks
        base.units = flash.model.faults.units
        if let faults = cues.takeFlashFaults(over: base) { flash.setFaults(faults) }
    }

    private func change(_ effect: FaultEffect) {
        var faults = flash.model.faults
        switch effect {
        case .block(let behaviour, let block, let cycles):
            faults.blocks.append(BlockFault(block: block ?? blockAtWork, behaviour, afterCycles: cycles))
        case .unit(let behaviour, let unit, let cycles):
            let next = blockAtWork * flash.layout.geometry.unitsPerBlock
            faults.units.append(UnitFault(unit: unit ?? next, behaviour, afterCycles: cycles))
        case .rot(let bits):
            return flash.rotOtherInstance(bits: bits)
        default: return
        }
        flash.setFaults(faults)
    }

    /// The erase block that the download under way writes next; without one the first of the instance that does not run.
    private var blockAtWork: Int {
        let progress = downloader?.download?.progress
        return flash.block(
            ofInstance: progress?.instance ?? 1 - flash.boot.active, offset: progress?.programmedBytes ?? 0)
    }

    /// What a card that is not itself says of its type.
    var claimedType: String { cues?.misbehaviour.claimedType ?? settings.hardwareType }

    /// Why a faulty card refuses a download.
    func faultyObjection() -> (RefusalCode, String)? {
        guard let spoiled = cues?.spoil(where: { $0.refusal != nil }) else { return nil }
        switch spoiled.refusal {
        case .image: return (.parseFail, "the card finds the image faulty")
        case .busy: return (.inProgress, "another download is under way on this card")
        case .memory: return (.noMemory, "the card has no memory for a download")
        case nil: return nil
        }
    }

    /// Whether a reply gets lost, with its connection.
    func losesReply(_ reply: CardReply) -> Bool {
        guard let cues else { return false }
        let request: CardMisbehaviour.LostReply? =
            switch reply {
            case .identity: .hello
            case .downloadStarted: .start
            case .downloadResult: .end
            case .activating: .activate
            case .committed: .commit
            case .rollingBack: .rollback
            case .aborted: .abort
            case .acknowledgement, .refusal: nil
            }
        guard let request else { return false }
        return cues.spoil { $0.lostReply == request } != nil
    }

    /// Waits as a card that answers late does.
    func delay(_ reply: CardReply) async {
        guard let delay = cues?.misbehaviour.replyDelay, delay > .zero else { return }
        if case .acknowledgement = reply { return }
        try? await loop.sleep(for: delay)
    }

    /// When a slow card is done with what a sound one does until `end`.
    func slowed(_ end: Duration) -> Duration {
        guard let slowness = cues?.misbehaviour.slowness, slowness > 1 else { return end }
        let now = loop.now.sinceStart
        return end > now ? now + (end - now) * slowness : end
    }
}
