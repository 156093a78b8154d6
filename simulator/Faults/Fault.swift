/// A fault as a scenario has it: whom it hits, when, what happens, and for how long.
package struct Fault: Equatable, Sendable {
    package var target: FaultTarget
    package var trigger: FaultTrigger
    package var action: FaultAction
    /// How long it lasts; nil: until the end of the run, or as its definition says.
    package var duration: Duration?
    /// How often it may fire; for a server's fault how many transfers it spoils, for a card's software how many requests. nil: once; a
    /// state that stands from the beginning, always.
    package var count: Int?
    /// The run passes also when it never fired.
    package var isOptional: Bool
    /// In which step of the scenario it is awaited, from 0.
    package var step: Int

    package init(
        target: FaultTarget, trigger: FaultTrigger, action: FaultAction, duration: Duration? = nil, count: Int? = nil,
        isOptional: Bool = false, step: Int = 0
    ) {
        self.target = target
        self.trigger = trigger
        self.action = action
        self.duration = duration
        self.count = count
        self.isOptional = isOptional
        self.step = step
    }

    /// How often its trigger fires: one that stands from the beginning fires once, and spoils what comes.
    package var firingLimit: Int {
        action.definition.standsFromTheBeginning ? 1 : count ?? 1
    }

    /// How many transfers or requests it spoils; nil: all while it lasts.
    package var uses: Int? {
        guard action.definition.standsFromTheBeginning else { return nil }
        // What lasts for a time counts nothing, unless it is told to.
        return count ?? (duration == nil ? action.definition.usualUses : nil)
    }
}

/// A card's own part of a fault: what it carries with it.
package struct CardFault: Equatable, Sendable {
    /// Its number among the scenario's faults, from 0.
    package var number: Int
    package var trigger: FaultTrigger
    package var action: FaultAction
    package var duration: Duration?
    package var firingLimit: Int
    package var uses: Int?
    /// It waits for its trigger; else the simulator says when.
    package var isArmed: Bool
    package var seed: UInt64

    package init(_ fault: Fault, number: Int, seed: UInt64, isArmed: Bool) {
        self.number = number
        trigger = fault.trigger
        action = fault.action
        duration = fault.duration
        firingLimit = fault.firingLimit
        uses = fault.uses
        self.isArmed = isArmed
        self.seed = seed
    }

    package init(
        number: Int, trigger: FaultTrigger, action: FaultAction, duration: Duration?, firingLimit: Int, uses: Int?,
        isArmed: Bool, seed: UInt64
    ) {
        self.number = number
        self.trigger = trigger
        self.action = action
        self.duration = duration
        self.firingLimit = firingLimit
        self.uses = uses
        self.isArmed = isArmed
        self.seed = seed
    }
}
