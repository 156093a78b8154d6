import CardSoftware
import FlashModel
import Runtime
import SoftwareImage

/// The images of all explored cases, made once for a campaign: what is known of their hashes serves every seed.
package final class ExploredImages: Sendable {
    private let memories: [ImageMemory]
    private let digests: [ImageDigest]

    package init() {
        memories = ExploredCase.Image.allCases.map { image in
            var random = SplitMix64(seed: UInt64(image.rawValue) + 1)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(image.byteCount + 8)
            while bytes.count < image.byteCount { withUnsafeBytes(of: random.next().littleEndian) { bytes += $0 } }
            bytes.removeLast(bytes.count - image.byteCount)
            return ImageMemory(bytes)
        }
        digests = memories.map { SHA256.digest(of: $0.bytes) }
    }

    func memory(_ image: ExploredCase.Image) -> ImageMemory { memories[image.rawValue] }

    func manifest(_ image: ExploredCase.Image) -> Manifest {
        Manifest(
            cardType: ExploredRun.cardType, version: "2.0.0", imageBytes: UInt64(image.byteCount),
            digest: digests[image.rawValue])
    }
}
