package import FlashModel
package import Scenarios

extension FlashFaults {
    /// What a scenario says is wrong with a card's flash.
    package init(_ faults: ScenarioFlashFaults, seed: UInt64) {
        self.init()
        self.seed = seed
        times =
            switch faults.times {
            case .typical: .typical
            case .drawn: .drawn
            }
        initialCycles = faults.age
        factoryBadShare = faults.factoryBadShare
        blocks = faults.badBlocks.map {
            BlockFault(block: $0.block, Self.behaviour($0.behaviour), afterCycles: $0.afterCycles)
        }
        units = faults.badPages.map {
            UnitFault(unit: $0.page, $0.behaviour == .weak ? .weakPage : .gravePage, afterCycles: $0.afterCycles)
        }
        bitFlipProbability = faults.bitFlipProbability
        slowness = faults.slowness
        eraseSlowness = faults.eraseSlowness
        isWriteProtected = faults.isWriteProtected
    }

    private static func behaviour(_ behaviour: ScenarioFlashFaults.BlockBehaviour) -> BlockFault.Behaviour {
        switch behaviour {
        case .programError: .programError
        case .eraseError: .eraseError
        case .readError: .readError
        case .programNoop: .programNoop
        case .eraseNoop: .eraseNoop
        }
    }
}
