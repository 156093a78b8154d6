import Runtime
import SoftwareImage

/// An image that a test downloads: every block of it differs from every other.
struct TestImage: Sendable {
    var bytes: [UInt8]

    init(byteCount: Int, seed: UInt64 = 1) {
        var random = SplitMix64(seed: seed)
        bytes = []
        bytes.reserveCapacity(byteCount + 8)
        while bytes.count < byteCount { withUnsafeBytes(of: random.next().littleEndian) { bytes += $0 } }
        bytes.removeLast(bytes.count - byteCount)
    }

    var digest: ImageDigest { bytes.withUnsafeBytes { SHA256.digest(of: $0) } }

    /// - Parameter blockBytes: of the digest blocks; nil: none.
    func manifest(cardType: String = "OLT-8", blockBytes: Int? = nil) -> Manifest {
        var hasher = ImageHasher(blockBytes: blockBytes)
        bytes.withUnsafeBytes { hasher.update($0) }
        let plain = Manifest(cardType: cardType, version: "2.0.0", imageBytes: UInt64(bytes.count), digest: digest)
        return Manifest(plain.statement, blocks: hasher.finish().blocks)
    }
}

extension VirtualTimeLoop {
    /// Runs a body that may throw.
    func runTest<Success: Sendable>(
        _ body: @escaping @Sendable (VirtualTimeLoop) async throws -> Success
    ) throws -> Success {
        try run { () async -> Result<Success, any Error> in
            do { return .success(try await body(self)) } catch { return .failure(error) }
        }.get()
    }
}
