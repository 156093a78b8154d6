import Glibc
package import Runtime

/// An image on this machine.
///
/// Not by libcurl: it reads a whole file in one call, and keeps in memory what the sink has no room for (file_do in its
/// lib/file.c). A disk's wait holds the loop up, as reading a page does everywhere.
package struct LocalFileSource: ImageSource {
    private let url: String
    private let path: String
    private let loop: any Loop

    /// Pieces that are read without a pause, until other tasks get their turn.
    private static let piecesPerTurn = 16

    /// - Parameters:
    ///   - url: stands in messages.
    ///   - path: as open(2) takes it.
    package init(url: String, path: String, loop: any Loop) {
        self.url = url
        self.path = path
        self.loop = loop
    }

    package func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        try await fetch(from: offset, ifUnchanged: nil, into: sink)
    }

    package func fetch(
        from offset: UInt64, ifUnchanged expected: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError) {
        // Without O_NONBLOCK, opening a pipe that nobody writes to would never return.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .notFound(url: url, reply: "\(SystemError.last)") }
        defer { close(descriptor) }
        let validator = try validator(of: descriptor)
        if let expected, validator.contradicts(expected) {
            throw .changed(url: url, cause: "it was \(expected) and is \(validator)")
        }
        guard offset <= validator.byteCount! else {
            throw .resumptionRefused(url: url, offset: offset, reply: "it has \(validator.byteCount!) bytes")
        }
        sink.identify(validator)
        try await give(descriptor, from: offset, to: sink)
    }

    private func validator(of descriptor: CInt) throws(SourceError) -> ImageValidator {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .notFound(url: url, reply: "\(SystemError.last)") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notFound(url: url, reply: "it is no regular file") }
        let time = status.st_mtim
        return ImageValidator(byteCount: UInt64(status.st_size), modified: "\(time.tv_sec).\(time.tv_nsec)")
    }

    private func give(_ descriptor: CInt, from offset: UInt64, to sink: any ImageSink) async throws(SourceError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: ImageSourceLimits.pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        var next = offset
        var pieces = 0
        while !Task.isCancelled {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(next))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw .interrupted(url: url, receivedBytes: next, cause: "\(SystemError.last)")
            }
            guard count > 0 else { return }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            try await Self.give(piece, to: sink)
            next += UInt64(count)
            pieces += 1
            if pieces.isMultiple(of: Self.piecesPerTurn) { await loop.yield() }
        }
        throw .cancelled
    }

    private static func give(_ piece: UnsafeRawBufferPointer, to sink: any ImageSink) async throws(SourceError) {
        do {
            while try !sink.accept(piece) { try await sink.waitForRoom() }
        } catch let refusal as SinkRefusal {
            throw .refusedBySink(refusal)
        } catch {
            throw .cancelled
        }
    }
}
