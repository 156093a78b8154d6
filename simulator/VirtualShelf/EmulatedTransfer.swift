import Faults
import ImageSources
import Links
import Runtime

/// One transfer of an emulated file server, with whatever is wrong with it.
///
/// Owned by one fetch, in its isolation.
final class EmulatedTransfer {
    /// What comes behind the last byte that is sent.
    private enum Ending {
        /// In order.
        case complete
        case broken, stuck
    }

    private struct Piece {
        var range: Range<Int>
        /// Where it is other than the image.
        var bytes: [UInt8]?
        var arrival: Instant
    }

    /// When libcurl gives up a transfer that gives nothing.
    private static let silence: Duration = .seconds(CurlLimits().lowSpeedSeconds)
    private static let zeros = [UInt8](repeating: 0, count: EmulatedFileServer.pieceBytes)

    private let server: EmulatedFileServer
    private let number: Int
    private let isOfOtherImage: Bool
    private let resetsBefore: Int
    private var underway: [Piece] = []
    private var next: Int
    private var taken: Int
    private var ending: Ending?
    private var stream = DisturbedStream()

    init(_ server: EmulatedFileServer, number: Int, from offset: Int) {
        self.server = server
        self.number = number
        next = offset
        taken = offset
        resetsBefore = server.resetCount.value
        isOfOtherImage = server.conduct.faults(of: number).hasOtherImage
    }

    /// Hands pieces to the link as long as the sockets have room, and the sink each piece when it has arrived.
    func run(into sink: any ImageSink) async throws {
        while true {
            var limit = taken + EmulatedFileServer.socketBytes
            if let chunkBytes = server.chunkBytes {
                if underway.isEmpty, taken < server.image.count { try await sink.waitForRoom() }
                limit = underway.isEmpty ? taken + chunkBytes : next
            }
            while ending == nil, next < limit { send(upTo: limit) }
            guard !underway.isEmpty else { return try await end() }
            let piece = underway.removeFirst()
            try await server.loop.sleep(until: piece.arrival)
            try await waitForLine()
            try await give(piece, to: sink)
            taken = piece.range.upperBound
        }
    }

    /// Sends the next piece, or finds that there is none.
    private func send(upTo limit: Int) {
        let image = server.image
        if next < image.count {
            let end = min(next + EmulatedFileServer.pieceBytes, limit, image.count)
            server.conduct.announce(.bytes(UInt64(next)..<UInt64(end), of: UInt64(image.count)))
        }
        let faults = server.conduct.faults(of: number)
        if let closes = faults.closesAt, closes <= UInt64(next) { return ending = .broken }
        if let stalls = faults.stallsAt, stalls <= UInt64(next) { return ending = .stuck }
        let end = Int(min(UInt64(image.count), faults.cut ?? .max))
        guard next < end else { return sendBehindTheEnd(faults) }
        let range = next..<min(next + EmulatedFileServer.pieceBytes, limit, end)
        var bytes: [UInt8]?
        if isOfOtherImage { bytes = image[range].map { $0 ^ 0xFF } }
        if let byte = faults.corruptsAt, byte < UInt64(range.upperBound), byte >= UInt64(range.lowerBound) {
            bytes = bytes ?? Array(image[range])
            bytes![Int(byte) - range.lowerBound] ^= 0xFF
        }
        handOver(range, bytes)
    }

    private func sendBehindTheEnd(_ faults: FileServerFaults) {
        if faults.isEndless, next >= server.image.count {
            return handOver(next..<next + EmulatedFileServer.pieceBytes, Self.zeros)
        }
        server.conduct.announce(.phase(.end))
        ending = faults.completion == .told ? .complete : .stuck
    }

    private func handOver(_ range: Range<Int>, _ bytes: [UInt8]?) {
        var bytes = bytes
        if let conditions = server.conditions, conditions.disturbance(isDown: true) != .none {
            let passage = conditions.pass(
                bytes ?? Array(server.image[range]), isDown: true, through: &stream)
            bytes = Array(passage.parts.joined())
            if passage.breaks { ending = .broken }
        }
        server.countSent(range.count)
        underway.append(Piece(range: range, bytes: bytes, arrival: server.admit(bytes: range.count)))
        next = range.upperBound
    }

    private func give(_ piece: Piece, to sink: any ImageSink) async throws {
        func accept() throws -> Bool {
            if let bytes = piece.bytes {
                return try bytes.isEmpty || bytes.withUnsafeBytes { try sink.accept($0) }
            }
            return try server.image.withUnsafeBytes {
                try sink.accept(UnsafeRawBufferPointer(rebasing: $0[piece.range]))
            }
        }
        while try !accept() { try await sink.waitForRoom() }
    }

    /// Waits as long as the line is held.
    private func waitForLine() async throws {
        guard let conditions = server.conditions else { return }
        if wasReset { throw interruption("the connection was reset") }
        guard conditions.disturbance(isDown: true).isHeld else { return }
        let changed = server.changed
        do {
            try await server.loop.withDeadline(Self.silence, "byte of the image") {
                try await changed.wait { !conditions.disturbance(isDown: true).isHeld }
            }
        } catch is DeadlinePassed {
            throw interruption("nothing came for \(Self.silence)")
        }
        if wasReset { throw interruption("the connection was reset") }
    }

    private var wasReset: Bool { server.resetCount.value > resetsBefore }

    private func end() async throws {
        switch ending {
        case .complete, nil: return
        case .broken: throw interruption("the server closed the connection")
        case .stuck:
            try await server.loop.sleep(for: Self.silence)
            throw interruption("nothing came for \(Self.silence)")
        }
    }

    private func interruption(_ cause: String) -> SourceError {
        .interrupted(url: server.url, receivedBytes: UInt64(taken), cause: cause)
    }
}
