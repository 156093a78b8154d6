package import FlashModel

/// What a fault does to the part that it hits.
package enum FaultEffect: Sendable {
    /// While it lasts, each of the directions is disturbed.
    case link(FaultDirection, @Sendable (inout LinkDisturbance) -> Void)
    case process(ProcessOrder)
    /// While it lasts, or for so many transfers, the server does so.
    case server(@Sendable (inout FileServerFaults) -> Void)
    /// While it lasts, the flash is so.
    case flash(@Sendable (inout FlashFaults) -> Void)
    /// A block misbehaves from now on: the one named, or the one that is written next.
    case block(BlockFault.Behaviour, block: Int?, afterCycles: Int)
    /// A program unit misbehaves from now on: the one named, or the first of the block that is written next.
    case unit(UnitFault.Behaviour, unit: Int?, afterCycles: Int)
    case rot(bits: Int)
    case powerLoss(TornMode)
    /// While it lasts, or for so many requests, the card's software does so.
    case software(@Sendable (inout CardMisbehaviour) -> Void)
}

package enum FaultDirection: String, Sendable {
    case down, up, both

    package var isDown: Bool { self != .up }
    package var isUp: Bool { self != .down }
}
