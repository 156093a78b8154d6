import CardLink
import CardProtocol
import LineCard
import Runtime
import SoftwareImage
import Testing

/// Whoever breaks the protocol loses the connection, and nobody else does.
@Suite struct ViolationTests {
    enum Violation: CaseIterable, Sendable {
        case sectionBeforeStart, sectionOutOfOrder, sectionTwice, sectionTooShort, sectionBeyondTheWindow
        case sectionBeyondTheImage, endWithoutStart, requestBeforeHello, replyFromTheEngine, wrongChecksum,
            notTheProtocol
        case trailingBytes, skippedSequence

        var begins: Bool {
            switch self {
            case .sectionOutOfOrder, .sectionTwice, .sectionTooShort, .sectionBeyondTheWindow, .sectionBeyondTheImage:
                true
            default: false
            }
        }

        func commit(_ client: CardClient, _ image: TestImage) async throws {
            let section = 64 << 10
            switch self {
            case .sectionBeforeStart: try await client.sendSection(image.bytes, at: 0, length: section)
            case .sectionOutOfOrder: try await client.sendSection(image.bytes, at: section, length: section)
            case .sectionTwice:
                for _ in 0..<2 { try await client.sendSection(image.bytes, at: 0, length: section) }
            case .sectionTooShort: try await client.sendSection(image.bytes, at: 0, length: section - 256)
            case .sectionBeyondTheWindow:
                for index in 0..<3 { try await client.sendSection(image.bytes, at: index * section, length: section) }
            case .sectionBeyondTheImage:
                let started = DownloadStarted(instance: 1, offset: 0, windowBytes: 128 << 10)
                try await client.sendSections(of: image, started)
                try await client.sendSection(image.bytes, at: 0, length: section)
            case .endWithoutStart: try await client.send(.endDownload(EndDownload(imageBytes: 1)))
            case .requestBeforeHello: try await client.send(.abort(Abort(reason: "")))
            case .replyFromTheEngine:
                try await client.writer.write(type: CardFrame.aborted.rawValue, payload: [])
            case .trailingBytes:
                try await client.writer.write(type: CardFrame.abort.rawValue, payload: [0, 1])
            case .wrongChecksum, .skippedSequence:
                let payload = CardRequest.abort(Abort(reason: "x")).encodePayload()
                let checksum = payload.withUnsafeBytes { Checksum.of($0) }
                var frame = [UInt8](repeating: 0, count: FrameHeader.byteCount)
                frame.withUnsafeMutableBytes {
                    FrameHeader(
                        type: CardFrame.abort.rawValue, sequence: self == .wrongChecksum ? 1 : 2,
                        payloadBytes: payload.count, payloadChecksum: self == .wrongChecksum ? ~checksum : checksum
                    ).encode(as: CardFrame.format, into: $0)
                }
                try await client.connection.writeAll(frame + payload)
            case .notTheProtocol:
                try await client.connection.writeAll(Array("GET / HTTP/1.1\r\nHost: card\r\n\r\n".utf8))
            }
        }
    }

    @Test(arguments: Violation.allCases) func aViolationEndsTheSessionAndTheCardGoesOn(violation: Violation) throws {
        let image = TestImage(byteCount: 200 << 10)
        let (end, reply) = try CardBench.run { bench in
            let client =
                violation == .requestBeforeHello ? try await bench.connectSilently() : try await bench.connect()
            if violation.begins { _ = try await client.start(image.start()) }
            try await violation.commit(client, image)
            let end = try await bench.sessionEnd()
            return (end, try await bench.connect().download(image))
        }
        guard case .failed(.violation) = end else {
            Issue.record("the session ended with \(end)")
            return
        }
        #expect(
            reply
                == .downloadResult(
                    DownloadResult(
                        instance: 1, imageBytes: 200 << 10, digest: image.digest, epoch: violation.begins ? 3 : 2)))
    }

    @Test func aConnectionThatSaysNothingIsClosed() throws {
        let (end, at) = try CardBench.run { bench in
            let client = try await bench.connectSilently()
            let end = try await bench.sessionEnd()
            withExtendedLifetime(client) {}
            return (end, bench.loop.now.sinceStart)
        }
        guard case .failed(.violation) = end else {
            Issue.record("the session ended with \(end)")
            return
        }
        #expect(at >= LineCard.helloTimeout && at < LineCard.helloTimeout + .seconds(1))
    }

    @Test func oneConnectionMoreThanTheLimitIsClosedAndTheOthersStay() throws {
        let served = try CardBench.run { bench in
            var clients: [CardClient] = []
            for _ in 0..<LineCard.sessionLimit { clients.append(try await bench.connect()) }
            var isTurnedAway = false
            do { _ = try await bench.connect() } catch { isTurnedAway = true }
            #expect(isTurnedAway)
            var served = 0
            for client in clients where try await client.identity().slot == 7 { served += 1 }
            return served
        }
        #expect(served == LineCard.sessionLimit)
    }
}
