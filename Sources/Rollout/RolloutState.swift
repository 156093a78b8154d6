package import Runtime

/// A group's roll-out without its tasks: from what became of each card to what may be done next.
///
/// Pure. Its owner carries out every step of `nextSteps`, notes what became of it, and asks again: after every event, and at
/// `wakeAt`. Wave after wave: activate, soak, check, commit; then the end, which waits for cards that are missing and commits what is
/// left. Once stopped, nothing more is activated or committed, and cards on trial are rolled back.
package struct RolloutState: Sendable {
    package let plan: RolloutPlan
    /// All of the group's, in ascending order.
    package let slots: [Int]
    /// Why the roll-out was stopped; nil while it goes on as planned.
    package internal(set) var stopReason: String?
    /// The staged slots, in the order of their activation.
    package let waves: [[Int]]
    /// Of the wave that is under way; the count of waves when all are done.
    package private(set) var waveIndex = 0

    private enum Stage: Equatable {
        case activating
        case soaking(until: Instant)
        case checking
        case committing
        case finished
    }

    private var stage = Stage.activating
    var phases: [Int: RolloutPhase] = [:]
    private(set) var checks: [Int: RolloutCheck] = [:]
    private var partners: [Int: Int] = [:]
    /// Under all or none: from here on nothing is rolled back.
    private(set) var hasBegunToCommit = false

    /// So many cards that all fail at the same check, and none that is good, condemn the image: two may be a coincidence.
    package static let sameCheckLimit = 3

    /// - Parameters:
    ///   - staged: slots of cards that hold the image, verified.
    ///   - unstaged: the group's other slots.
    package init(plan: RolloutPlan, staged: [Int], unstaged: [Int]) {
        self.plan = plan
        slots = (staged + unstaged).sorted()
        precondition(zip(slots, slots.dropFirst()).allSatisfy { $0 < $1 }, "a slot stands twice")
        waves = plan.waves(of: staged.sorted())
        for slot in staged { phases[slot] = .staged }
        for slot in unstaged { phases[slot] = .unstaged }
        for pair in plan.protection {
            partners[pair.first] = pair.second
            partners[pair.second] = pair.first
        }
        if plan.goal == .stage || waves.isEmpty { stage = .finished }
    }

    // MARK: What is known

    package var isFinished: Bool { stage == .finished }

    /// When `nextSteps` must be asked again though nothing has happened; nil when only an event changes anything.
    package var wakeAt: Instant? {
        if case .soaking(let end) = stage { end } else { nil }
    }

    package func phase(of slot: Int) -> RolloutPhase {
        phases[slot] ?? .unstaged
    }

    /// The card that must be up while this one is down, where that one is lost: this one stays as it is.
    package func lostPartner(of slot: Int) -> Int? {
        guard let partner = partners[slot], case .unknown = phase(of: partner) else { return nil }
        return partner
    }

    var wave: [Int] { waveIndex < waves.count ? waves[waveIndex] : [] }

    func slots(_ isMeant: (RolloutPhase) -> Bool) -> [Int] {
        slots.filter { isMeant(phase(of: $0)) }
    }

    // MARK: Events

    /// - Precondition: the card's last step has had no event that ends it.
    package mutating func note(_ event: RolloutEvent, of slot: Int) {
        precondition(phase(of: slot).isUnderWay, "slot \(slot) has no step under way that \(event) could answer")
        switch event {
        case .onTrial: phases[slot] = .onTrial
        case .committed: phases[slot] = .committed
        case .missing(let reason):
            // Of one that is rolled back nothing is waited for but its return.
            if case .rollingBack = phase(of: slot) { return }
            phases[slot] = .missing(reason: reason)
        case .rolledBack(let reason):
            // What it was told to do is no failure of the image.
            if case .rollingBack(let why) = phase(of: slot) {
                phases[slot] = .rolledBack(reason: why)
            } else {
                phases[slot] = .rolledBack(reason: reason)
                checks[slot] = .boot
            }
        case .failed(let check, let reason):
            phases[slot] = .failed(reason: reason)
            checks[slot] = check
        case .unknown(let reason): phases[slot] = .unknown(reason: reason)
        }
        judge()
    }

    /// Ends the roll-out early, as an operator's interruption does.
    package mutating func stop(_ reason: String) {
        if stopReason == nil { stopReason = reason }
    }

    // MARK: Steps

    /// What is to be done now; each card's phase says already that it is under way.
    package mutating func nextSteps(at now: Instant) -> [RolloutStep] {
        var steps: [RolloutStep] = []
        judge()
        while stage != .finished, stopReason == nil, advance(at: now, &steps) {}
        if stopReason != nil, stage != .finished {
            steps += rollBacks()
            if slots(\.isUnderWay).isEmpty { stage = .finished }
        }
        return steps
    }

    /// - Returns: whether there may be more to do at once.
    private mutating func advance(at now: Instant, _ steps: inout [RolloutStep]) -> Bool {
        switch stage {
        case .activating:
            steps += activations()
            guard isWaveSettled else { return false }
            let soaks = plan.soak > .zero && wave.contains { phase(of: $0) == .onTrial }
            stage = soaks ? .soaking(until: now.advanced(by: plan.soak)) : .checking
            // Cards that have just come up need no second look, unless others took their time.
            if !soaks && !isLast { stage = .committing }
            if stage == .checking { steps += begin(.checking, cardsToFinish) { .check(slot: $0) } }
        case .soaking(let end):
            guard now >= end else { return false }
            stage = .checking
            steps += begin(.checking, cardsToFinish) { .check(slot: $0) }
        case .checking:
            guard !isUnderWay(cardsToFinish, .checking) else { return false }
            stage = .committing
        case .committing:
            guard !isUnderWay(slots, .checking) else { return false }
            if commitsNow {
                hasBegunToCommit = true
                steps += begin(.committing, cardsToFinish) { .commit(slot: $0) }
            }
            guard !isUnderWay(slots, .committing) else { return false }
            guard !isLast else {
                stage = .finished
                return false
            }
            waveIndex += 1
            stage = .activating
        case .finished: return false
        }
        return true
    }

    /// All waves are done: what follows is the end.
    private var isLast: Bool { waveIndex == waves.count }

    /// At the end those of all waves: under all or none, and those that came back late.
    private var cardsToFinish: [Int] {
        let meant = isLast ? slots : wave
        return meant.filter { phase(of: $0) == .onTrial || phase(of: $0) == .checking }
    }

    private var commitsNow: Bool {
        plan.goal == .commit && (isLast || !plan.isAllOrNone)
    }

    private func isUnderWay(_ slots: [Int], _ phase: RolloutPhase) -> Bool {
        slots.contains { self.phase(of: $0) == phase }
    }

    private mutating func begin(
        _ phase: RolloutPhase, _ slots: [Int], _ step: (Int) -> RolloutStep
    ) -> [RolloutStep] {
        slots.filter { self.phase(of: $0) == .onTrial }.map { slot in
            phases[slot] = phase
            return step(slot)
        }
    }

    /// Those of the wave whose partner is up.
    private mutating func activations() -> [RolloutStep] {
        var steps: [RolloutStep] = []
        for slot in wave where phase(of: slot) == .staged && !isPartnerDown(of: slot) {
            phases[slot] = .activating
            steps.append(.activate(slot: slot))
        }
        return steps
    }

    /// Nobody of the wave is still to be activated. A missing card is not waited for here, unless its partner waits for it; at the
    /// end all are.
    private var isWaveSettled: Bool {
        guard !isLast else { return slots.allSatisfy { !phase(of: $0).isUnderWay } }
        return wave.allSatisfy { slot in
            switch phase(of: slot) {
            case .activating: false
            case .staged: lostPartner(of: slot) != nil
            default: true
            }
        }
    }

    func isPartnerDown(of slot: Int) -> Bool {
        partners[slot].map { phase(of: $0).isDown } ?? false
    }
}
