package import Runtime

/// The CE's memory for images in transit: one number of bytes, divided among the groups that run.
///
/// Shared by the groups' pools, on one loop. A group that runs alone has all of it. Of several each has first what it cannot do
/// without, and the rest in proportion to what each says it needs to stay at its bound; divided again whenever a group starts or
/// ends, a need or the budget changes. A share that shrinks does so as blocks drain: nothing is taken away from a block in use,
/// and nothing new is taken before the sum is below the budget.
package final class MemoryBudget: Sendable {
    struct Member {
        let identifier: Int
        var leastBytes: Int
        var needBytes: Int
        var allowanceBytes = 0
        var heldBytes = 0
        /// Opened when more may be had.
        let roomChanged: Gate
        /// Gives back what is not in use, when more is held than is allowed.
        var giveUnusedBack: (() -> Void)?
    }

    private struct State {
        var bytes: Int
        var members: [Member] = []
        var nextIdentifier = 0
        var peakBytes = 0

        var heldBytes: Int { members.reduce(0) { $0 + $1.heldBytes } }
    }

    private let state: LoopBound<State>
    private let membersChanged: Gate

    /// - Parameter bytes: the budget.
    package init(bytes: Int, loop: any Loop) {
        state = LoopBound(State(bytes: bytes), on: loop)
        membersChanged = Gate(loop: loop)
    }

    package var bytes: Int { state.value.bytes }
    /// What all pools hold now; above `bytes` only while a smaller budget takes effect.
    package var heldBytes: Int { state.value.heldBytes }
    /// The most that was held at any time.
    package var peakBytes: Int { state.value.peakBytes }

    /// Why a budget cannot be set.
    package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Changes the budget, also while downloads run.
    ///
    /// - Throws: when the groups that run could not go on with it.
    package func set(bytes: Int) throws(Refusal) {
        let least = leastBytes
        guard bytes >= least else {
            throw Refusal(
                description: "\(bytes) bytes are too few: the groups that run need at least \(least), two blocks each")
        }
        state.value.bytes = bytes
        divide()
    }

    private var leastBytes: Int { state.value.members.reduce(0) { $0 + $1.leastBytes } }

    // MARK: Shares

    /// Waits until a group can have what it cannot do without, and lets it in.
    ///
    /// - Returns: its share.
    /// - Throws: `CancellationError` when the task is cancelled before.
    package func join(
        leastBytes: Int, needBytes: Int, roomChanged: Gate
    ) async throws(CancellationError) -> MemoryShare {
        while true {
            try await membersChanged.wait { hasRoom(forLeast: leastBytes) }
            if let share = tryJoin(leastBytes: leastBytes, needBytes: needBytes, roomChanged: roomChanged) {
                return share
            }
        }
    }

    /// A group that runs alone is let in whatever it needs: it would wait for nobody.
    private func hasRoom(forLeast bytes: Int) -> Bool {
        state.value.members.isEmpty || leastBytes + bytes <= self.bytes
    }

    /// - Parameters:
    ///   - leastBytes: what the group cannot do without.
    ///   - needBytes: what it needs to stay at its bound.
    ///   - roomChanged: opened when it may have got more.
    /// - Returns: its share; nil when the groups that run leave it too little.
    package func tryJoin(leastBytes: Int, needBytes: Int, roomChanged: Gate) -> MemoryShare? {
        guard hasRoom(forLeast: leastBytes) else { return nil }
        let identifier = state.value.nextIdentifier
        state.value.nextIdentifier += 1
        state.value.members.append(
            Member(
                identifier: identifier, leastBytes: leastBytes, needBytes: max(needBytes, leastBytes),
                roomChanged: roomChanged))
        divide()
        return MemoryShare(identifier: identifier, budget: self)
    }

    func leave(_ identifier: Int) {
        guard let index = index(of: identifier) else { return }
        precondition(state.value.members[index].heldBytes == 0, "a group left and holds memory")
        state.value.members.remove(at: index)
        divide()
        membersChanged.open()
    }

    func setNeed(_ identifier: Int, _ needBytes: Int) {
        guard let index = index(of: identifier), state.value.members[index].needBytes != needBytes else { return }
        state.value.members[index].needBytes = max(needBytes, state.value.members[index].leastBytes)
        if state.value.members.count > 1 { divide() }
    }

    /// Divides the budget anew, and wakes whoever may have got more.
    private func divide() {
        let bytes = state.value.bytes
        let rest = max(0, bytes - leastBytes)
        // Of what each wants beyond the least.
        let wants = state.value.members.map { Double($0.needBytes - $0.leastBytes) }
        let sum = wants.reduce(0, +)
        for index in state.value.members.indices {
            let part = sum > 0 ? wants[index] / sum : 1 / Double(wants.count)
            state.value.members[index].allowanceBytes =
                state.value.members.count == 1
                ? bytes : state.value.members[index].leastBytes + Int(Double(rest) * part)
        }
        for member in state.value.members where member.heldBytes > member.allowanceBytes { member.giveUnusedBack?() }
        for member in state.value.members { member.roomChanged.open() }
    }

    func whenShrunk(_ identifier: Int, _ giveUnusedBack: @escaping () -> Void) {
        state.value.members[index(of: identifier)!].giveUnusedBack = giveUnusedBack
    }

    private func index(of identifier: Int) -> Int? {
        state.value.members.firstIndex { $0.identifier == identifier }
    }

    func member(_ identifier: Int) -> Member {
        guard let index = index(of: identifier) else { preconditionFailure("the group has left the budget") }
        return state.value.members[index]
    }

    /// How much a group may take beside what it holds.
    func availableBytes(_ identifier: Int) -> Int {
        let member = member(identifier)
        return max(0, min(member.allowanceBytes - member.heldBytes, bytes - heldBytes))
    }

    /// - Precondition: that much is available.
    func take(_ identifier: Int, _ count: Int, isChecked: Bool = true) {
        precondition(
            !isChecked || count <= availableBytes(identifier), "\(count) bytes were taken beyond the budget of \(bytes)"
        )
        state.value.members[index(of: identifier)!].heldBytes += count
        state.value.peakBytes = max(state.value.peakBytes, heldBytes)
    }

    func give(_ identifier: Int, _ count: Int) {
        let index = index(of: identifier)!
        state.value.members[index].heldBytes -= count
        precondition(state.value.members[index].heldBytes >= 0, "more memory was given back than was taken")
        // Others may have waited for it to come free.
        for member in state.value.members { member.roomChanged.open() }
    }
}

/// One group's share of the memory. Owned by the group's pool, which leaves when it is done.
package struct MemoryShare {
    private let identifier: Int
    private let budget: MemoryBudget

    fileprivate init(identifier: Int, budget: MemoryBudget) {
        self.identifier = identifier
        self.budget = budget
    }

    /// What the group may hold in all.
    var allowanceBytes: Int { budget.member(identifier).allowanceBytes }
    var heldBytes: Int { budget.member(identifier).heldBytes }
    /// What it may take beside that now.
    var availableBytes: Int { budget.availableBytes(identifier) }

    func take(_ count: Int) { budget.take(identifier, count) }
    /// For a planted defect: also what is not there.
    func takeUnchecked(_ count: Int) { budget.take(identifier, count, isChecked: false) }
    func give(_ count: Int) { budget.give(identifier, count) }
    /// - Parameter giveUnusedBack: called when the share has become smaller than what is held; never after `leave`.
    func whenShrunk(_ giveUnusedBack: @escaping () -> Void) { budget.whenShrunk(identifier, giveUnusedBack) }
    func setNeed(_ bytes: Int) { budget.setNeed(identifier, bytes) }
    package func leave() { budget.leave(identifier) }
}
