import CardProtocol
import Download
import ImageSources
import Reports
import Runtime
import SoftwareImage
import Testing

/// What one card or the image does wrong, and that it costs nobody else anything.
@Suite struct FailureTests {
    /// A card in slot 2 that is no good card, and what is said of it.
    struct BadCard: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let occupant: Occupant
        /// A part of the reason.
        let reason: String

        init(_ name: String, _ occupant: Occupant, _ reason: String) {
            testDescription = name
            self.occupant = occupant
            self.reason = reason
        }
    }

    static let badCards = [
        BadCard("another type", .card(CardOptions(hardwareType: "VOIP")), "the card refuses, INCOMPATIBLE"),
        BadCard("too small", .card(CardOptions(instanceBytes: 64 << 10)), "the card refuses, TOO_LARGE"),
        BadCard("nobody there", .nobody, "cannot connect to 127.0.0.1"),
        BadCard("another slot", .card(CardOptions(slot: 9)), "slot 2 was expected, slot 9"),
        BadCard("silent", .scripted { try await $0.listenOnly() }, "hello: nothing from the card for 5 s"),
        BadCard(
            "dies midway", .card(CardOptions(diesAt: .milliseconds(300))),
            "sending the image: the peer closed the connection"),
        BadCard(
            "silent midway",
            .scripted {
                try await $0.prepare()
                try await $0.listenOnly()
            }, "nothing from the card for 4 s"),
        BadCard(
            "acknowledges what was not sent",
            .scripted {
                try await $0.prepare()
                _ = try await $0.receive()
                try await $0.acknowledge(10 << 20)
                try await $0.listenOnly()
            }, "bytes acknowledged"),
        BadCard(
            "acknowledges backwards",
            .scripted {
                try await $0.prepare()
                _ = try await $0.receive()
                try await $0.acknowledge($0.receivedBytes)
                try await $0.acknowledge(0)
                try await $0.listenOnly()
            }, "bytes acknowledged"),
        BadCard(
            "a window beyond all reason",
            .scripted {
                try await $0.greet()
                _ = try await $0.receive()
                try await $0.send(.downloadStarted(DownloadStarted(instance: 1, offset: 0, windowBytes: .max)))
                try await $0.listenOnly()
            }, "a window of 4294967295 bytes"),
        BadCard(
            "an answer to another question",
            .scripted {
                try await $0.greet()
                _ = try await $0.receive()
                try await $0.send(.aborted(Aborted(epoch: 1)))
                try await $0.listenOnly()
            }, "unexpected frame: aborted"),
        BadCard(
            "not the protocol",
            .scripted {
                try await $0.connection.writeAll(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
                try await $0.listenOnly()
            }, "not the card protocol"),
        BadCard(
            "refuses midway",
            .scripted {
                try await $0.prepare()
                _ = try await $0.receive()
                try await $0.send(.refusal(Refusal(code: .flashFailed, sequence: 2, text: "block 7\u{1B}[2J is bad")))
                try await $0.listenOnly()
            }, "FLASH_FAILED: block 7\u{FFFD}[2J is bad"),
        BadCard(
            "another image in the result",
            .scripted { peer in
                try await peer.prepare()
                while peer.receivedBytes < 200_000 {
                    _ = try await peer.receive()
                    try await peer.acknowledge(peer.receivedBytes)
                }
                _ = try await peer.receive()
                try await peer.sendResult(digest: SHA256().digest())
                try await peer.listenOnly()
            }, "a result for another image"),
    ]

    @Test(arguments: badCards) func oneBadCardEndsWithItsReasonAndTheOthersSucceed(bad: BadCard) throws {
        let ending = try DownloadBench([.card, bad.occupant, .card, .card]).run()
        #expect(ending.outcomes == [.success, .failed, .success, .success])
        #expect(ending.card(2).reason?.contains(bad.reason) == true, "\(ending.card(2).reason ?? "")")
        #expect(ending.source.sessions == 1)
    }

    @Test func whenEveryCardRefusesTheGroupEndsAtOnceWithoutTheImage() throws {
        let ending = try DownloadBench(Array(repeating: .card(CardOptions(hardwareType: "VOIP")), count: 5)).run()
        #expect(ending.outcomes == Array(repeating: .failed, count: 5))
        #expect(ending.result.sourceFailure == nil)
        #expect(ending.source.givenBytes <= 256 << 10)
        #expect(ending.result.elapsed < .seconds(1))
    }

    // MARK: The image

    /// What a source gives in place of the manifest's image, and what is said of it.
    struct BadImage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: String
        let spoil: @Sendable (inout MemorySource.Script) -> Void

        init(_ name: String, _ reason: String, _ spoil: @escaping @Sendable (inout MemorySource.Script) -> Void) {
            testDescription = name
            self.reason = reason
            self.spoil = spoil
        }
    }

    static let badImages = [
        BadImage("half", "the image has 100000 bytes at the server, its manifest says 200000") {
            $0.bytes.removeLast(100_000)
        },
        BadImage("nothing", "the image has 0 bytes at the server") { $0.bytes = [] },
        BadImage("one byte short", "the image has 199999 bytes") { $0.bytes.removeLast() },
        BadImage("one byte more", "the server gives more than the 200000 bytes") { $0.bytes.append(0) },
        BadImage("endless", "the server gives more than the 200000 bytes") { $0.bytes += $0.bytes + $0.bytes },
        BadImage("one bit", "the image's SHA-256 at the server is") { $0.bytes[123_456] ^= 1 },
        BadImage("no server", "cannot reach the file server") {
            $0.failure = (0, .unreachable(url: "ftp://x/y", cause: "refused"))
        },
        BadImage("broken midway", "broke after 70000 bytes") {
            $0.failure = (70_000, .interrupted(url: "ftp://x/y", receivedBytes: 70_000, cause: "reset"))
        },
        BadImage("broken after the last byte", "broke after 200000 bytes") {
            $0.failure = (200_000, .interrupted(url: "ftp://x/y", receivedBytes: 200_000, cause: "no 226"))
        },
    ]

    @Test(arguments: badImages, DownloadMode.allCases) func noCardIsToldThatABadImageIsValid(
        bad: BadImage, mode: DownloadMode
    ) throws {
        let ends = PeerLog()
        var bench = DownloadBench([
            .card, .card,
            .scripted { peer in
                try await peer.behave { arrival in
                    if case .request(.endDownload) = arrival { ends.note(peer.loop) }
                }
            },
        ])
        bench.mode = mode
        var script = MemorySource.Script(bench.image)
        bad.spoil(&script)
        bench.script = script
        let ending = try bench.run()
        #expect(ending.outcomes == [.failed, .failed, .failed])
        #expect(ending.card(1).reason?.contains(bad.reason) == true, "\(ending.card(1).reason ?? "")")
        #expect(ends.count == 0, "a card was told to verify")
    }
}

/// How often something happened to a scripted card. Counted on the loop, read after its end: an atomic is enough.
final class PeerLog: Sendable {
    private let counter = LockedCount()

    func note(_ loop: any Loop) {
        loop.preconditionCurrent()
        counter.add()
    }

    var count: Int { counter.value }
}
