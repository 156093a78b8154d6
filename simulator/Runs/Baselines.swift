package import Download
import LineCard
import Reports
import Runtime
import Scenarios
package import ShelfModel
import VirtualShelf

/// The times of both serial baselines for a shelf, on the virtual clock.
///
/// Serial time is a sum over cards that do not meet, so one card of each sort is downloaded to and its time counted for every
/// card of that sort; a test holds the sum against the whole.
package struct Baselines: Sendable {
    package let serialSeconds: Double
    package let serialPipelinedSeconds: Double

    /// - Parameter jobs: the groups' downloads, in the shelf's order.
    package init(_ shelf: ShelfDescription, jobs: [DownloadJob]) throws {
        serialSeconds = try Self.seconds(shelf, jobs: jobs, mode: .serial)
        serialPipelinedSeconds = try Self.seconds(shelf, jobs: jobs, mode: .serialPipelined)
    }

    private static func seconds(_ shelf: ShelfDescription, jobs: [DownloadJob], mode: DownloadMode) throws -> Double {
        var total = 0.0
        for (group, job) in zip(shelf.groups, jobs) { total += try seconds(shelf, group, job: job, mode: mode) }
        return total
    }

    private static func seconds(
        _ shelf: ShelfDescription, _ group: ShelfGroup, job: DownloadJob, mode: DownloadMode
    ) throws -> Double {
        var total = 0.0
        var sorts: [(card: CardSettings, count: Int)] = []
        for card in group.cards {
            if let index = sorts.firstIndex(where: { $0.card.isLike(card) }) {
                sorts[index].count += 1
            } else {
                sorts.append((card, 1))
            }
        }
        for sort in sorts {
            let run = try VirtualRun(shelf.with(group, cards: [sort.card]), jobs: [job], mode: mode)
            let ending = try run.run(seed: shelf.scenario.seed)
            let cards = ending.result.groups.flatMap(\.cards)
            guard cards.allSatisfy({ $0.outcome == .success }) else {
                throw ShelfError("no \(mode.rawValue) baseline: \(cards[0].reason ?? "the card failed")")
            }
            total += ending.result.elapsed.seconds * Double(sort.count)
        }
        return total
    }
}

extension CardSettings {
    /// Whether a download takes the same time for both.
    fileprivate func isLike(_ other: CardSettings) -> Bool {
        hardwareType == other.hardwareType && flash == other.flash && windowBytes == other.windowBytes
            && maximumSectionBytes == other.maximumSectionBytes && linkBitsPerSecond == other.linkBitsPerSecond
            && linkLatency == other.linkLatency
    }
}
