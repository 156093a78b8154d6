import Glibc
import Runtime
import ShelfModel
import SoftwareImage

/// An image of pseudo-random bytes, which nothing on the way can shorten, in a folder that a server serves.
struct ServedImage {
    let folder: String
    let fileName = "image.bin"
    let byteCount: UInt64
    let digest: ImageDigest

    /// Written, and hashed, in pieces of so many bytes; every image is a whole number of them.
    private static let pieceBytes = 1 << 20

    init(bytes: UInt64, in folder: String) throws {
        precondition(bytes.isMultiple(of: UInt64(Self.pieceBytes)))
        self.folder = folder
        byteCount = bytes
        var random = SplitMix64(seed: bytes)
        var hash = SHA256()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        try OutputFile.write("\(folder)/\(fileName)") { (file) throws(ShelfError) in
            for _ in 0..<(bytes / UInt64(piece.count)) {
                for offset in stride(from: 0, to: piece.count, by: 8) {
                    piece.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
                }
                hash.update(UnsafeRawBufferPointer(piece))
                try file.append(UnsafeRawBufferPointer(piece))
            }
        }
        digest = hash.digest()
    }

    func remove() {
        unlink("\(folder)/\(fileName)")
    }
}
