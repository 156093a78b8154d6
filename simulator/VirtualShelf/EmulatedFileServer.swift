package import ImageSources
package import Links
package import Runtime

/// A file of the file server of a shelf in virtual time: the same link as the embedded FTP server has, the same round trips before the
/// first byte, and sockets that hold as much.
///
/// All transfers of all its files share the server's one link. The counts are the server's own, of this file, as the real
/// server's are.
package final class EmulatedFileServer: ImageSource {
    private struct State {
        var sessions = 0
        var sentBytes: UInt64 = 0
    }

    private let image: [UInt8]
    private let settings: LinkSettings
    private let chunkBytes: Int?
    private let loop: any Loop
    private let link: LoopBound<LinkDirection>
    private let state: LoopBound<State>

    /// What both ends' sockets hold of the data connection: the embedded server's send buffer and the CE's receive buffer,
    /// doubled by the kernel (socket(7)).
    private static let socketBytes = 2 * (64 << 10) + 2 * CurlSource.defaultReceiveBufferBytes
    /// How much is read and sent at once.
    private static let pieceBytes = ImageSourceLimits.pieceBytes

    /// - Parameter chunkBytes: send so much, and then nothing until the sink has taken it and has room again: for the strictly
    ///   serial baseline. nil: go on sending as long as the sockets have room.
    package init(image: [UInt8], link: LinkSettings, chunkBytes: Int? = nil, loop: any Loop) {
        self.image = image
        settings = link
        self.chunkBytes = chunkBytes
        self.loop = loop
        self.link = LoopBound(LinkDirection(link), on: loop)
        state = LoopBound(State(), on: loop)
    }

    /// Another file of the same server.
    package init(image: [UInt8], beside other: EmulatedFileServer) {
        self.image = image
        settings = other.settings
        chunkBytes = other.chunkBytes
        loop = other.loop
        link = other.link
        state = LoopBound(State(), on: other.loop)
    }

    package var sessionCount: Int { state.value.sessions }
    package var sentBytes: UInt64 { state.value.sentBytes }

    package func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        do {
            try await loop.sleep(for: settings.latency * FTPDialogue.latenciesBeforeData)
            state.value.sessions += 1
            try await send(from: Int(offset), into: sink)
        } catch let refusal as SinkRefusal {
            throw .refusedBySink(refusal)
        } catch {
            throw .cancelled
        }
    }

    /// Hands pieces to the link as long as the sockets have room, and the sink each piece when it has arrived.
    private func send(from offset: Int, into sink: any ImageSink) async throws {
        var underway: [(range: Range<Int>, arrival: Instant)] = []
        var next = offset
        var taken = offset
        while taken < image.count {
            var limit = taken + Self.socketBytes
            if let chunkBytes {
                if underway.isEmpty { try await sink.waitForRoom() }
                limit = underway.isEmpty ? taken + chunkBytes : next
            }
            while next < min(limit, image.count) {
                let range = next..<min(next + Self.pieceBytes, limit, image.count)
                underway.append((range, link.value.admit(bytes: range.count, at: loop.now).arrival))
                state.value.sentBytes += UInt64(range.count)
                next = range.upperBound
            }
            let piece = underway.removeFirst()
            try await loop.sleep(until: piece.arrival)
            while try !image.withUnsafeBytes({ try sink.accept(UnsafeRawBufferPointer(rebasing: $0[piece.range])) }) {
                try await sink.waitForRoom()
            }
            taken = piece.range.upperBound
        }
    }
}

/// The wire of an FTP download, as libcurl and the embedded server make it.
enum FTPDialogue {
    /// One way trips until the first byte of the file: the greeting (1), then a command and its reply (2 each) for USER, PASS,
    /// PWD, EPSV, TYPE, MDTM and SIZE, then RETR and the data (2). Counted with `curl -v` against the embedded server.
    static let latenciesBeforeData = 1 + 7 * 2 + 2
}
