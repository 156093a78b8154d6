/// What is wrong with a card's flash; the default is a new part without a fault.
package struct ScenarioFlashFaults: Equatable, Sendable {
    /// Erase cycles that every block had before the card's first day.
    package var age = 0
    package var times = Times.typical
    /// From 0 to 1.
    package var factoryBadShare = 0.0
    package var badBlocks: [BadBlock] = []
    package var badPages: [BadPage] = []
    /// How probable it is that an access reads one bit wrong, from 0 to 1.
    package var bitFlipProbability = 0.0
    /// By what all times are multiplied, in addition to the flash's scale.
    package var slowness = 1.0
    /// By what erase times are multiplied on top of it.
    package var eraseSlowness = 1.0
    package var isWriteProtected = false

    package enum Times: String, CaseIterable, Sendable {
        case typical, drawn
    }

    package enum BlockBehaviour: String, CaseIterable, Sendable {
        case programError = "program-error"
        case eraseError = "erase-error"
        case readError = "read-error"
        case programNoop = "program-noop"
        case eraseNoop = "erase-noop"
    }

    package struct BadBlock: Equatable, Sendable {
        /// Whether the flash has such a block is known when the shelf is built.
        package var block: Int
        package var behaviour: BlockBehaviour
        /// Erase cycles up to which it is well.
        package var afterCycles: Int

        package init(block: Int, _ behaviour: BlockBehaviour, afterCycles: Int = 0) {
            self.block = block
            self.behaviour = behaviour
            self.afterCycles = afterCycles
        }
    }

    package enum PageBehaviour: String, CaseIterable, Sendable {
        case weak, grave
    }

    package struct BadPage: Equatable, Sendable {
        package var page: Int
        package var behaviour: PageBehaviour
        /// Erase cycles of its block up to which it is well.
        package var afterCycles: Int

        package init(page: Int, _ behaviour: PageBehaviour, afterCycles: Int = 0) {
            self.page = page
            self.behaviour = behaviour
            self.afterCycles = afterCycles
        }
    }

    package init() {}
}
