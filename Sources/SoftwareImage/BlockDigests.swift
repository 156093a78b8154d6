/// The SHA-256 of each block of an image: so that a part of it can be believed, or refused, as soon as it is there.
package struct BlockDigests: Equatable, Sendable {
    /// Every block has as many bytes but the last, which has the rest. A power of two within `ManifestLimits.blockBytes`.
    package let blockBytes: Int
    /// In the image's order.
    package let digests: [ImageDigest]

    /// - Precondition: `isBlockSize(blockBytes)`, and from 1 to `ManifestLimits.maximumBlocks` digests.
    package init(blockBytes: Int, digests: [ImageDigest]) {
        precondition(Self.isBlockSize(blockBytes), "\(blockBytes) bytes are no size of a digest block")
        precondition(
            (1...ManifestLimits.maximumBlocks).contains(digests.count), "a manifest has no \(digests.count) blocks")
        self.blockBytes = blockBytes
        self.digests = digests
    }

    package static func isBlockSize(_ bytes: Int) -> Bool {
        ManifestLimits.blockBytes.contains(bytes) && bytes.nonzeroBitCount == 1
    }

    /// How many blocks an image has.
    package static func count(imageBytes: UInt64, blockBytes: Int) -> UInt64 {
        imageBytes / UInt64(blockBytes) + (imageBytes % UInt64(blockBytes) > 0 ? 1 : 0)
    }

    /// The size that a manifest has where nobody asks for another: 64 KiB, the largest section of a card; more for images that
    /// would have more than `ManifestLimits.usualBlocks` of them.
    package static func usualBlockBytes(imageBytes: UInt64) -> Int {
        var blockBytes = 64 << 10
        while blockBytes < ManifestLimits.blockBytes.upperBound,
            count(imageBytes: imageBytes, blockBytes: blockBytes) > UInt64(ManifestLimits.usualBlocks)
        { blockBytes *= 2 }
        return blockBytes
    }

    /// What stands for all of them where they are too many: in what is signed, and so before a card.
    package var summary: BlockSummary {
        var hash = SHA256()
        for digest in digests { digest.withBytes { hash.update($0) } }
        return BlockSummary(blockBytes: blockBytes, digest: hash.digest())
    }
}

/// The size of an image's digest blocks, and the SHA-256 of all their digests, one behind the other.
package struct BlockSummary: Equatable, Sendable {
    package var blockBytes: Int
    package var digest: ImageDigest

    package init(blockBytes: Int, digest: ImageDigest) {
        self.blockBytes = blockBytes
        self.digest = digest
    }
}

/// One block of an image, and what it must hash to.
package struct ImageBlock: Equatable, Sendable {
    /// In bytes of the image.
    package let range: Range<UInt64>
    package let digest: ImageDigest

    package init(range: Range<UInt64>, digest: ImageDigest) {
        self.range = range
        self.digest = digest
    }
}
