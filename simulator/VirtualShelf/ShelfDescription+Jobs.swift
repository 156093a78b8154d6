import CardDialogue
package import Download
package import Reports
import Runtime
package import Scenarios
import Settings
package import ShelfModel
import SoftwareImage

extension ShelfDescription {
    /// The downloads that the scenario asks for, by group; the cards' endpoints come with the shelf.
    package var jobs: [DownloadJob] { jobs(of: groups, engine: "simulator") }

    /// - Parameter engine: who asks, as the cards see it.
    package func jobs(of groups: [ShelfGroup], engine: String) -> [DownloadJob] {
        let pool = PoolLayout(
            blockBytes: scenario.pool.blockBytes, blockCount: scenario.pool.blockCount,
            budgetBytes: scenario.pool.budgetBytes, isDepthFixed: scenario.pool.isCountFixed)
        return groups.map {
            DownloadJob(
                group: $0.name, manifest: $0.manifest, cards: [], pool: pool, engine: engine,
                stalls: $0.group.stalls.policy)
        }
    }
}

extension ScenarioStallPolicy {
    package var policy: StallPolicy {
        switch self {
        case .stallBudget: .stallBudget
        case .wait: .wait
        case .drop: .drop
        }
    }
}
