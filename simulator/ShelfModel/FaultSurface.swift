package import LineCard

/// What can be done to a running shelf: to processes on the real clock, to objects on the virtual one.
package protocol FaultSurface: Sendable {
    /// Tells a card what to do about a fault of its script.
    func order(_ order: CardCues.Order, _ number: Int, slot: UInt16) async
    /// The card dies at once, and stays dead until it is started.
    func kill(_ slot: UInt16) async
    /// Starts a card that is dead, or takes the place of one that still lives.
    ///
    /// - Parameter isOther: another card, with a serial number and a blank flash of its own.
    func start(_ slot: UInt16, isOther: Bool) async
    func pause(_ slot: UInt16, _ isPaused: Bool) async
    /// The card is about to lose its power: it starts again by itself when it has been without for so long.
    func losesPower(_ slot: UInt16, for time: Duration)
    /// Of the CE.
    var ce: CEControl { get }
}

/// A fault that has befallen somebody.
package struct FaultFiring: Equatable, Sendable {
    package var number: Int
    /// Since the run's start.
    package var at: Duration
    /// nil: the server or the CE.
    package var slot: UInt16?
}
