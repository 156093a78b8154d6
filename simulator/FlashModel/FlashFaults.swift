/// What is wrong with one part, beside what its profile says of all parts of its kind. A new part has none of it.
package struct FlashFaults: Equatable, Sendable {
    /// What everything is drawn from that the other fields leave open.
    package var seed: UInt64 = 0
    /// Whether operations take their typical times, or times drawn between those and the data sheet's maximum.
    package var times = Times.typical
    /// Erase cycles that every block had before the part came into the card.
    package var initialCycles = 0
    /// The share of blocks that the factory has marked as bad, from 0 to 1: up to 0.02 for NAND. Block 0 is always good.
    package var factoryBadShare = 0.0
    /// Blocks that misbehave.
    package var blocks: [BlockFault] = []
    /// Program units that misbehave.
    package var units: [UnitFault] = []
    /// With what probability an access reads one bit of its data wrong; the next access may read it right. From 0 to 1.
    package var bitFlipProbability = 0.0
    /// By what all times are multiplied; at least 0.
    package var slowness = 1.0
    /// By what erase times are multiplied on top of it; at least 0.
    package var eraseSlowness = 1.0
    /// Erasing and programming are refused.
    package var isWriteProtected = false
    /// No block can be erased any more.
    package var isFull = false

    package enum Times: UInt8, Sendable {
        case typical
        /// Between typical and maximum, the longer the rarer: the excess is that of u^8 for an even u, one ninth of the
        /// span in the mean.
        case drawn
    }

    package init() {}

    package static let none = FlashFaults()

    /// Ten thousand times what the best parts promise; keeps sums of cycles far from an overflow.
    package static let mostCycles = 1_000_000_000
    /// Blocks that misbehave, and likewise units: more than a card has spares for are of no use.
    package static let mostEntries = 64

    /// - Throws: for a number that no part has, by the name of its field.
    package func check(_ geometry: FlashGeometry) throws(FlashParameterError) {
        try Self.check("age", initialCycles, upTo: Self.mostCycles)
        try Self.check("factory_bad", factoryBadShare, upTo: 1)
        try Self.check("bit_flips", bitFlipProbability, upTo: 1)
        try Self.check("slow", slowness, upTo: 1e6)
        try Self.check("slow_erase", eraseSlowness, upTo: 1e6)
        try Self.check("bad_blocks", entries: blocks.count)
        for fault in blocks {
            try Self.check("bad_blocks.block", fault.block, upTo: geometry.blockCount - 1)
            try Self.check("bad_blocks.after", fault.afterCycles, upTo: Self.mostCycles)
        }
        try Self.check("bad_pages", entries: units.count)
        for fault in units {
            try Self.check("bad_pages.page", fault.unit, upTo: geometry.unitCount - 1)
            try Self.check("bad_pages.after", fault.afterCycles, upTo: Self.mostCycles)
        }
    }

    private static func check(_ field: String, _ number: Int, upTo most: Int) throws(FlashParameterError) {
        guard number >= 0 && number <= most else {
            throw FlashParameterError(field, number, mustBe: "from 0 to \(most)")
        }
    }

    private static func check(_ field: String, _ number: Double, upTo most: Double) throws(FlashParameterError) {
        // Not so for what is not a number.
        guard number >= 0 && number <= most else {
            throw FlashParameterError(field, number, mustBe: "from 0 to \(Int(most))")
        }
    }

    private static func check(_ field: String, entries count: Int) throws(FlashParameterError) {
        guard count <= mostEntries else {
            throw FlashParameterError(field, "\(count) entries long", mustBe: "at most \(mostEntries) entries long")
        }
    }
}

/// How an erase block misbehaves (the names are those of littlefs `emubd`).
package struct BlockFault: Equatable, Sendable {
    package enum Behaviour: UInt8, CaseIterable, Sendable {
        /// Programming fails, and says so; the unit is left with garbage.
        case programError
        /// Erasing fails, and says so; the contents stay.
        case eraseError
        /// Reading fails.
        case readError
        /// Programming does nothing, and says nothing.
        case programNoop
        /// Erasing does nothing, and says nothing.
        case eraseNoop
    }

    package var block: Int
    package var behaviour: Behaviour
    /// The block is well until it has been erased so often: 0 is bad from the beginning, more is a weak block.
    package var afterCycles: Int

    package init(block: Int, _ behaviour: Behaviour, afterCycles: Int = 0) {
        self.block = block
        self.behaviour = behaviour
        self.afterCycles = afterCycles
    }
}

/// How a program unit misbehaves (the names are those of Linux `nandsim`).
package struct UnitFault: Equatable, Sendable {
    package enum Behaviour: UInt8, CaseIterable, Sendable {
        /// Can no longer be programmed.
        case weakPage
        /// Can no longer be read.
        case gravePage
    }

    /// From the flash's first one on.
    package var unit: Int
    package var behaviour: Behaviour
    /// The unit is well until its block has been erased so often.
    package var afterCycles: Int

    package init(unit: Int, _ behaviour: Behaviour, afterCycles: Int = 0) {
        self.unit = unit
        self.behaviour = behaviour
        self.afterCycles = afterCycles
    }
}
