/// Computes an image's digest, and those of its blocks, as its bytes come.
package struct ImageHasher: Sendable {
    private let blockBytes: Int?
    private var whole = SHA256()
    private var block = SHA256()
    private var blockCount = 0
    private var digests: [ImageDigest] = []
    package private(set) var imageBytes: UInt64 = 0

    /// - Parameter blockBytes: nil for none; else a size that `BlockDigests.isBlockSize` allows.
    package init(blockBytes: Int?) {
        precondition(blockBytes.map(BlockDigests.isBlockSize) ?? true, "that is no size of a digest block")
        self.blockBytes = blockBytes
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        whole.update(bytes)
        imageBytes += UInt64(bytes.count)
        guard let blockBytes else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(blockBytes - blockCount)
            block.update(UnsafeRawBufferPointer(rebasing: part))
            blockCount += part.count
            rest = rest.dropFirst(part.count)
            if blockCount == blockBytes { closeBlock() }
        }
    }

    private mutating func closeBlock() {
        digests.append(block.digest())
        block = SHA256()
        blockCount = 0
    }

    /// Of everything that came; block digests only where a size was named and there are not too many.
    package func finish() -> (digest: ImageDigest, blocks: BlockDigests?) {
        var copy = self
        if copy.blockCount > 0 { copy.closeBlock() }
        guard let blockBytes, (1...ManifestLimits.maximumBlocks).contains(copy.digests.count) else {
            return (whole.digest(), nil)
        }
        return (whole.digest(), BlockDigests(blockBytes: blockBytes, digests: copy.digests))
    }
}
