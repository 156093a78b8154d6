package import Events
import Reports

/// A download's figures as a monitoring system scrapes them: pure, from events to text. `docs/metrics.md` describes each.
package struct DownloadMetrics: Sendable {
    private struct Group: Sendable {
        var sample: GroupSample?
        var transfers = 0
        var interruptions = 0
        var budgetBytes: Int
    }

    private struct Card: Sendable {
        var group: String
        var state = "waiting"
        var sample: CardSample
        var detachments = 0
        var losses = 0
    }

    private let version: String
    private var groupNames: [String] = []
    private var groups: [String: Group] = [:]
    private var slots: [Int] = []
    private var cards: [Int: Card] = [:]

    /// What the process costs: told from outside, for it is no event.
    package var residentBytes: Int?
    package var processorSeconds: Double?

    package init(version: String) {
        self.version = version
    }

    package mutating func note(_ event: RunEvent) {
        switch event.kind {
        case .groupStarted(let opening): open(opening)
        case .sourceOpened(let group): groups[group]?.transfers += 1
        case .sourceInterrupted(let group, _):
            groups[group]?.interruptions += 1
            groups[group]?.transfers += 1
        case .sample(let sample):
            groups[sample.group]?.sample = sample
            for card in sample.cards { cards[card.slot]?.sample = card }
        case .cardPhase(let slot, let phase):
            cards[slot]?.state = phase
            if phase == "lost" { cards[slot]?.losses += 1 }
        case .cardDetached(let slot, _, _): cards[slot]?.detachments += 1
        case .cardEnded(let slot, let outcome, _): cards[slot]?.state = outcome.rawValue
        case .cardActivation(let slot, let phase, _): cards[slot]?.state = phase
        case .cardRolledOut(let slot, let state, _): cards[slot]?.state = state.rawValue
        case .streamOpened, .groupEnded, .sourceVerified, .sourceFailed, .cardDonor, .donorLeft, .waveStarted,
            .rolloutStopped,
            .fault, .cardProcess:
            break
        }
    }

    private mutating func open(_ opening: GroupOpening) {
        if groups[opening.name] == nil {
            groupNames.append(opening.name)
            groups[opening.name] = Group(budgetBytes: opening.budgetBytes)
        }
        for slot in opening.slots where cards[slot] == nil {
            slots.append(slot)
            cards[slot] = Card(group: opening.name, sample: CardSample(slot: slot, flashBytes: 0))
        }
        slots.sort()
    }

    // MARK: As text

    package var text: String {
        var info = MetricFamily("ce_info", .gauge, "The program that runs.")
        info.add(1, ("version", version))
        return ([info] + groupFamilies + cardFamilies + processFamilies).map(\.text).joined()
    }

    private var groupFamilies: [MetricFamily] {
        var server = MetricFamily("ce_server_bytes_total", .counter, "Bytes of the image that came from the server.")
        var transfers = MetricFamily("ce_server_transfers_total", .counter, "Transfers of the image that were begun.")
        var breaks = MetricFamily("ce_server_interruptions_total", .counter, "Transfers of the image that broke.")
        var used = MetricFamily("ce_pool_used_bytes", .gauge, "Memory that the group's pool holds.")
        var budget = MetricFamily("ce_pool_budget_bytes", .gauge, "Memory that the group's pool may hold.")
        var depth = MetricFamily("ce_pool_depth", .gauge, "Blocks that the pool uses at most, as its cards need them.")
        var full = MetricFamily(
            "ce_pool_full_seconds_total", .counter, "Time for which the transfer agent waited for room in the pool.")
        var states = MetricFamily("ce_cards", .gauge, "Cards by what they do, or have come to.")
        for name in groupNames {
            guard let group = groups[name] else { continue }
            server.add(Double(group.sample?.serverBytes ?? 0), ("group", name))
            transfers.add(Double(group.transfers), ("group", name))
            breaks.add(Double(group.interruptions), ("group", name))
            used.add(Double(group.sample?.poolBytes ?? 0), ("group", name))
            budget.add(Double(group.sample?.budgetBytes ?? group.budgetBytes), ("group", name))
            depth.add(Double(group.sample?.depth ?? 0), ("group", name))
            full.add(group.sample?.fullSeconds ?? 0, ("group", name))
            let own = slots.compactMap { cards[$0] }.filter { $0.group == name }.map(\.state)
            for state in Set(own).sorted() {
                states.add(Double(own.count { $0 == state }), ("group", name), ("state", state))
            }
        }
        return [server, transfers, breaks, used, budget, depth, full, states]
    }

    private var cardFamilies: [MetricFamily] {
        var flash = MetricFamily("ce_card_flash_bytes", .gauge, "Bytes of the image that the card has in its flash.")
        var donor = MetricFamily(
            "ce_card_donor_bytes_total", .counter, "Bytes that were read back for the card from others.")
        var waits = MetricFamily(
            "ce_card_wait_seconds_total", .counter,
            "Time for which the card waited, or was waited for, by what was missing.")
        var detachments = MetricFamily("ce_card_detachments_total", .counter, "How often the card was detached.")
        var losses = MetricFamily("ce_card_losses_total", .counter, "How often the card's connection was lost.")
        for slot in slots {
            guard let card = cards[slot] else { continue }
            let labels = (("group", card.group), ("slot", "\(slot)"))
            flash.add(Double(card.sample.flashBytes), labels.0, labels.1)
            donor.add(Double(card.sample.donorBytes), labels.0, labels.1)
            waits.add(card.sample.serverWaitSeconds, labels.0, labels.1, ("for", "server"))
            waits.add(card.sample.poolWaitSeconds, labels.0, labels.1, ("for", "pool"))
            waits.add(card.sample.cardWaitSeconds, labels.0, labels.1, ("for", "card"))
            detachments.add(Double(card.detachments), labels.0, labels.1)
            losses.add(Double(card.losses), labels.0, labels.1)
        }
        return [flash, donor, waits, detachments, losses]
    }

    private var processFamilies: [MetricFamily] {
        var resident = MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory of the process.")
        if let residentBytes { resident.add(Double(residentBytes)) }
        var processor = MetricFamily(
            "process_cpu_seconds_total", .counter, "Processor time of the process, user and system.")
        if let processorSeconds { processor.add(processorSeconds) }
        return [resident, processor]
    }
}
