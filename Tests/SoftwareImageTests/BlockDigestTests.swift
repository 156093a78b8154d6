import SoftwareImage
import Testing

@Suite struct BlockDigestTests {
    private static func image(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 / 3) } }

    private static func hash(_ image: [UInt8], blockBytes: Int?, pieces: Int) -> (ImageDigest, BlockDigests?) {
        var hasher = ImageHasher(blockBytes: blockBytes)
        for start in stride(from: 0, to: image.count, by: pieces) {
            image[start..<min(start + pieces, image.count)].withUnsafeBytes { hasher.update($0) }
        }
        #expect(hasher.imageBytes == UInt64(image.count))
        return hasher.finish()
    }

    private static func digest(_ bytes: some Sequence<UInt8>) -> ImageDigest {
        Array(bytes).withUnsafeBytes { SHA256.digest(of: $0) }
    }

    /// Whatever pieces the image comes in.
    @Test(arguments: [1, 4095, 4096, 4097, 10_000, 20_480], [997, 4096, 100_000])
    func eachBlockHasItsDigest(imageBytes: Int, pieces: Int) throws {
        let image = Self.image(imageBytes)
        let (whole, found) = Self.hash(image, blockBytes: 4096, pieces: pieces)
        let blocks = try #require(found)
        #expect(whole == Self.digest(image))
        #expect(
            blocks.digests
                == stride(from: 0, to: imageBytes, by: 4096).map { Self.digest(image[$0..<min($0 + 4096, imageBytes)]) }
        )
        let manifest = Manifest(
            ManifestStatement(cardType: "a", version: "1", imageBytes: UInt64(imageBytes), digest: whole),
            blocks: blocks)
        for offset in stride(from: 0, to: imageBytes, by: 511) {
            let block = try #require(manifest.block(at: UInt64(offset)))
            #expect(block.range.contains(UInt64(offset)))
            #expect(block.digest == Self.digest(image[Int(block.range.lowerBound)..<Int(block.range.upperBound)]))
        }
        #expect(manifest.block(at: UInt64(imageBytes)) == nil)
    }

    @Test func withoutASizeThereAreNoBlocks() {
        #expect(Self.hash(Self.image(5000), blockBytes: nil, pieces: 100).1 == nil)
        let manifest = Manifest(cardType: "a", version: "1", imageBytes: 1, digest: StatementSample.digest)
        #expect(manifest.block(at: 0) == nil)
    }

    /// What is signed stands for every block digest: its place, too.
    @Test func everyBlockDigestCounts() throws {
        let blocks = try #require(Self.hash(Self.image(20_480), blockBytes: 4096, pieces: 4096).1)
        var summaries = [blocks.summary]
        for index in blocks.digests.indices {
            var digests = blocks.digests
            digests[index] = StatementSample.digest
            summaries.append(BlockDigests(blockBytes: 4096, digests: digests).summary)
        }
        var swapped = blocks.digests
        swapped.swapAt(0, 1)
        summaries.append(BlockDigests(blockBytes: 4096, digests: swapped).summary)
        summaries.append(BlockDigests(blockBytes: 8192, digests: blocks.digests).summary)
        for (index, summary) in summaries.enumerated() {
            #expect(!summaries[..<index].contains(summary))
        }
    }

    static let usualSizes: [(mebibytes: UInt64, kibibytes: Int)] = [
        (1, 64), (256, 64), (257, 128), (1024, 256), (16 << 10, 4096),
    ]

    /// Block digests of a large image stay a small list.
    @Test(arguments: usualSizes) func theUsualSizeGrowsWithTheImage(size: (mebibytes: UInt64, kibibytes: Int)) {
        #expect(BlockDigests.usualBlockBytes(imageBytes: size.mebibytes << 20) == size.kibibytes << 10)
    }
}
