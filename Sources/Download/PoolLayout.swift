import CardProtocol
import ImageSources

/// How a group's memory is cut: so many blocks of such a size.
package struct PoolLayout: Equatable, Sendable {
    /// A block's size, in bytes: a multiple of `granularityBytes`, at least `ImageSourceLimits.pieceBytes`.
    package let blockBytes: Int
    /// The most blocks that fit, at least `minimumBlockCount`.
    package let blockCount: Int
    /// What the pool may hold, in bytes; `blockBytes * blockCount` is at most this.
    package let budgetBytes: Int
    /// Whether the pool always uses all its blocks; else as many as its cards need.
    package let isDepthFixed: Bool

    /// The length of every section but the image's last, in bytes: the largest part of a block that every card takes.
    package let sectionBytes: Int

    package static let granularityBytes = 4 << 10
    /// One block that is filled while another is emptied.
    package static let minimumBlockCount = 2

    package init(blockBytes: Int, blockCount: Int, budgetBytes: Int, isDepthFixed: Bool = false) {
        precondition(blockBytes % Self.granularityBytes == 0 && blockBytes >= ImageSourceLimits.pieceBytes)
        precondition(blockCount >= Self.minimumBlockCount && blockBytes * blockCount <= budgetBytes)
        self.blockBytes = blockBytes
        self.blockCount = blockCount
        self.budgetBytes = budgetBytes
        self.isDepthFixed = isDepthFixed
        sectionBytes = Self.sectionBytes(ofBlock: blockBytes)
    }

    package var sectionsPerBlock: Int { blockBytes / sectionBytes }

    private static func sectionBytes(ofBlock blockBytes: Int) -> Int {
        let parts = (1...).first { count in
            blockBytes % count == 0 && (blockBytes / count) % granularityBytes == 0
                && blockBytes / count <= CardFrame.maximumSectionBytes
        }
        return blockBytes / parts!
    }
}
