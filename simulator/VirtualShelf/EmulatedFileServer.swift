package import Faults
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

    let image: [UInt8]
    let chunkBytes: Int?
    let loop: any Loop
    /// How the server behaves, for whoever switches its faults; that of all its files.
    package let conduct: ServerConduct
    let conditions: LinkConditions?
    /// Opened when the line's conditions change.
    let changed: Gate
    private let settings: LinkSettings
    private let link: LoopBound<LinkDirection>
    private let state: LoopBound<State>
    /// How often the line's connections were reset.
    let resetCount: LoopBound<Int>

    /// What both ends' sockets hold of the data connection: the embedded server's send buffer and the CE's receive buffer,
    /// doubled by the kernel (socket(7)).
    static let socketBytes = 2 * (64 << 10) + 2 * CurlSource.defaultReceiveBufferBytes
    /// How much is read and sent at once.
    static let pieceBytes = ImageSourceLimits.pieceBytes

    /// Stands in messages.
    let url = "ftp://emulated/image"

    /// - Parameters:
    ///   - chunkBytes: send so much, and then nothing until the sink has taken it and has room again: for the strictly serial
    ///     baseline. nil: go on sending as long as the sockets have room.
    ///   - conditions: what is wrong with the server's line, now and later.
    package init(
        image: [UInt8], link: LinkSettings, chunkBytes: Int? = nil, conditions: LinkConditions? = nil, loop: any Loop
    ) {
        self.image = image
        self.conditions = conditions
        conduct = ServerConduct(loop: loop)
        changed = Gate(loop: loop)
        settings = link
        self.chunkBytes = chunkBytes
        self.loop = loop
        self.link = LoopBound(LinkDirection(link), on: loop)
        state = LoopBound(State(), on: loop)
        resetCount = LoopBound(0, on: loop)
    }

    /// Another file of the same server.
    package init(image: [UInt8], beside other: EmulatedFileServer) {
        self.image = image
        settings = other.settings
        chunkBytes = other.chunkBytes
        loop = other.loop
        link = other.link
        conduct = other.conduct
        conditions = other.conditions
        changed = Gate(loop: other.loop)
        state = LoopBound(State(), on: other.loop)
        resetCount = LoopBound(0, on: other.loop)
    }

    package var sessionCount: Int { state.value.sessions }
    package var sentBytes: UInt64 { state.value.sentBytes }

    package func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        try await fetch(from: offset, ifUnchanged: nil, into: sink)
    }

    package func fetch(
        from offset: UInt64, ifUnchanged validator: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError) {
        let session = conduct.beginSession()
        if session.refusesSessions { throw .unreachable(url: url, cause: "the connection was reset") }
        do { try await loop.sleep(for: link.value.latency * FTPDialogue.latenciesBeforeData) } catch {
            throw .cancelled
        }
        if session.refusesLogin { throw .loginRefused(url: url, reply: "530 User or password is wrong") }
        let start = try self.start(at: offset, ifUnchanged: validator, telling: sink)
        let transfer = conduct.beginTransfer()
        defer { conduct.endTransfer() }
        state.value.sessions += 1
        conduct.announce(.phase(.start))
        let registration = conditions?.add { [weak self] in self?.adapt() }
        defer { if let registration { conditions?.remove(registration) } }
        adapt()
        do {
            try await EmulatedTransfer(self, number: transfer, from: Int(start)).run(into: sink)
        } catch let error as SourceError {
            throw error
        } catch let refusal as SinkRefusal {
            throw .refusedBySink(refusal)
        } catch {
            throw .cancelled
        }
    }

    /// What is said before the first byte.
    ///
    /// - Returns: where the transfer really begins.
    private func start(
        at offset: UInt64, ifUnchanged expected: ImageValidator?, telling sink: any ImageSink
    ) throws(SourceError) -> UInt64 {
        let faults = conduct.faultsOfNextTransfer
        let validator = ImageValidator(
            byteCount: faults.announcedBytes ?? UInt64(image.count),
            modified: faults.hasOtherImage ? "20380119031407" : "20020101000000")
        if let expected, expected.contradicts(validator) {
            throw .changed(url: url, cause: "it was \(expected), and is \(validator)")
        }
        sink.identify(validator)
        guard offset > 0 else { return 0 }
        switch faults.restart {
        case .obeyed: return offset
        case .refused: throw .resumptionRefused(url: url, offset: offset, reply: "502 REST is not known")
        case .ignored, .lied: return 0
        }
    }

    /// The server's line has changed.
    private func adapt() {
        guard let conditions else { return }
        let line = conditions.disturbance(isDown: true)
        link.value.disturbance = line
        if line.isReset { resetCount.value += 1 }
        changed.open()
    }

    func admit(bytes: Int) -> Instant {
        link.value.admit(bytes: bytes, at: loop.now).arrival
    }

    func countSent(_ bytes: Int) {
        state.value.sentBytes += UInt64(bytes)
    }
}

/// The wire of an FTP download, as libcurl and the embedded server make it.
enum FTPDialogue {
    /// One way trips until the first byte of the file: the greeting (1), then a command and its reply (2 each) for USER, PASS,
    /// PWD, EPSV, TYPE, MDTM and SIZE, then RETR and the data (2). Counted with `curl -v` against the embedded server.
    static let latenciesBeforeData = 1 + 7 * 2 + 2
}
