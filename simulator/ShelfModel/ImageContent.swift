import CardSoftware
import Glibc
import Runtime
package import Scenarios
import Settings
package import SoftwareImage

/// The bytes of an image that a simulated server has: made from the scenario's seed, or a file's.
///
/// Read in chunks, so that an image of any size costs a chunk of memory.
package struct ImageContent: Sendable {
    private enum Origin {
        case seed(UInt64)
        case file(String)
        /// A file, and what is put behind it.
        case stamped(String, stamp: [UInt8])
    }

    private let origin: Origin
    package let byteCount: UInt64

    package static let chunkBytes = 1 << 20

    /// - Parameter lineCardPath: the built `line-card`, for an image that is that program.
    /// - Throws: a file that cannot be read.
    package init(_ image: ScenarioImage, seed: UInt64, lineCardPath: String) throws(ShelfError) {
        switch image.content {
        case .generated(let size):
            var trace = TraceHash()
            trace.add(seed)
            for byte in image.name.utf8 { trace.add(UInt64(byte)) }
            origin = .seed(trace.value)
            byteCount = size.bytes
        case .file(let path):
            origin = .file(path)
            byteCount = try Self.size(ofFile: path)
        case .lineCard:
            // The program says of itself what the image's manifest says of it.
            let stamp = SoftwareStamp.bytes(version: image.version)
            origin = .stamped(lineCardPath, stamp: stamp)
            byteCount = try Self.size(ofFile: lineCardPath) + UInt64(stamp.count)
        case .brokenCard:
            let path = lineCardPath.dropLast("line-card".count) + "broken-card"
            origin = .file(String(path))
            byteCount = try Self.size(ofFile: String(path))
        }
    }

    private static func size(ofFile path: String) throws(ShelfError) -> UInt64 {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ShelfError("the image \(path) cannot be read: \(SystemError.last)")
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            throw ShelfError("the image \(path) is no file, or is empty")
        }
        return UInt64(status.st_size)
    }

    /// Gives all bytes, in order, in chunks of at most `chunkBytes`.
    ///
    /// - Throws: what `body` throws, and a file that cannot be read to its end.
    package func forEachChunk(_ body: (UnsafeRawBufferPointer) throws(ShelfError) -> Void) throws(ShelfError) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 16)
        defer { chunk.deallocate() }
        switch origin {
        case .seed(let seed):
            var random = SplitMix64(seed: seed)
            var left = byteCount
            while left > 0 {
                for offset in stride(from: 0, to: chunk.count, by: 8) {
                    chunk.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
                }
                let count = Int(min(left, UInt64(chunk.count)))
                try body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                left -= UInt64(count)
            }
        case .file(let path):
            try forEachChunk(ofFile: path, byteCount: byteCount, chunk, body)
        case .stamped(let path, let stamp):
            try forEachChunk(ofFile: path, byteCount: byteCount - UInt64(stamp.count), chunk, body)
            try stamp.span.withUnsafeBytes(body)
        }
    }

    private func forEachChunk(
        ofFile path: String, byteCount: UInt64, _ chunk: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(ShelfError) -> Void
    ) throws(ShelfError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ShelfError("the image \(path) cannot be opened: \(SystemError.last)") }
        defer { close(descriptor) }
        var left = byteCount
        while left > 0 {
            let count = read(descriptor, chunk.baseAddress, Int(min(left, UInt64(chunk.count))))
            guard count > 0 else { throw ShelfError("the image \(path) became shorter while it was read") }
            try body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            left -= UInt64(count)
        }
    }

    package func digest() throws(ShelfError) -> ImageDigest {
        var hash = SHA256()
        try forEachChunk { (bytes) throws(ShelfError) in hash.update(bytes) }
        return hash.digest()
    }

    /// The whole image, for the virtual clock.
    package func bytes() throws(ShelfError) -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(Int(byteCount))
        try forEachChunk { (bytes) throws(ShelfError) in all.append(contentsOf: bytes) }
        return all
    }
}
