import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import Runtime
import SoftwareImage
import Testing

/// A start that cannot be is refused before the first erase: nothing is believed that nobody vouches for, and of the rest only what can
/// be.
@Suite struct StartRefusalTests {
    struct BadStart: Sendable, CustomTestStringConvertible {
        let code: RefusalCode
        /// In the refusal's text.
        let sentence: String
        let testDescription: String
        let make: @Sendable (TestImage) -> StartDownload

        init(
            _ code: RefusalCode, _ name: String, _ sentence: String,
            _ make: @escaping @Sendable (TestImage) -> StartDownload
        ) {
            self.code = code
            testDescription = name
            self.sentence = sentence
            self.make = make
        }

        /// Signed, with another statement.
        static func statement(
            _ code: RefusalCode, _ name: String, _ sentence: String,
            _ change: @escaping @Sendable (inout ManifestStatement) -> Void
        ) -> BadStart {
            BadStart(code, name, sentence) { $0.start(change) }
        }

        /// Changed after it was signed.
        static func altered(
            _ code: RefusalCode, _ name: String, _ sentence: String,
            _ change: @escaping @Sendable (inout StartDownload) -> Void
        ) -> BadStart {
            BadStart(code, name, sentence) {
                var start = $0.start()
                change(&start)
                return start
            }
        }
    }

    private static let stranger = SigningKey(seed: Array(repeating: 9, count: 32))

    static let badStarts: [BadStart] = [
        .statement(.incompatible, "another type", "for OLT-16, and this card is OLT-8") { $0.cardType = "OLT-16" },
        .statement(.incompatible, "another revision", "for revisions A, C, and this card is revision B2") {
            $0.hardwareRevisions = ["C", "A"]
        },
        .statement(.tooLarge, "too large", "34603008 bytes") { $0.imageBytes = 33 << 20 },
        .statement(.expired, "expired", "expired at 2026-11-27T00:00:00Z, and it is 2026-11-27T00:00:00Z or later") {
            $0.expires = TestImage.earliestTime
        },
        BadStart(.untrusted, "unsigned", "no signature") { $0.start(keys: []) },
        BadStart(.untrusted, "a stranger's key", "none of them is trusted") { $0.start(keys: [stranger]) },
        .altered(.untrusted, "altered", "altered after it was signed") { $0.manifest.bytes[20] ^= 1 },
        .altered(.untrusted, "cut", "altered after it was signed") { $0.manifest.bytes.removeLast() },
        .altered(.untrusted, "extended", "altered after it was signed") { $0.manifest.bytes.append(0) },
        .altered(.untrusted, "a wrong signature", "is wrong") {
            let key = $0.manifest.signatures[0].key
            $0.manifest.signatures = [ManifestSignature(key: key, bytes: Array(repeating: 1, count: 64))]
        },
        BadStart(.parseFail, "no manifest at all, but signed", "cannot be read: it ends too early") { image in
            var start = image.start()
            start.manifest.bytes = Array(start.manifest.bytes.dropLast(40))
            start.manifest.signatures = [TestImage.key.signature(of: start.manifest.bytes)]
            return start
        },
        .altered(.parseFail, "sections that are no whole units", "1000 bytes") { $0.sectionBytes = 1000 },
        .altered(.parseFail, "offset inside a section", "1000") { $0.offset = 1000 },
        .altered(.parseFail, "offset beyond the image", "131072") { $0.offset = 128 << 10 },
        .altered(.notFound, "offset beyond what is programmed", "offset 65536") { $0.offset = 64 << 10 },
    ]

    @Test(arguments: badStarts) func aStartThatCannotBeIsRefusedBeforeTheFirstErase(bad: BadStart) throws {
        let (refusal, before, after, instances) = try CardBench.run { bench in
            let client = try await bench.connect()
            let before = await bench.card.flashModel.counts
            let refusal = try await client.refusal(of: .startDownload(bad.make(TestImage(byteCount: 100_000))))
            // The connection stays.
            let instances = try await client.identity().instances
            return (refusal, before, await bench.card.flashModel.counts, instances)
        }
        #expect(refusal.code == bad.code)
        #expect(refusal.sequence == 1)
        #expect(refusal.text.contains(bad.sentence), "\(refusal.text)")
        #expect(before == after)
        #expect(!instances[1].isValid)
    }

    /// Not one byte of what a key has signed can be another one.
    @Test func everyAlteredByteIsRefused() throws {
        let (codes, before, after) = try CardBench.run { bench in
            let client = try await bench.connect()
            let before = await bench.card.flashModel.counts
            let start = TestImage(byteCount: 100_000).start()
            var codes: [RefusalCode] = []
            #expect(start.manifest.bytes.count > 90)
            for index in start.manifest.bytes.indices {
                var altered = start
                altered.manifest.bytes[index] ^= UInt8(1 << (index % 8))
                codes.append(try await client.refusal(of: .startDownload(altered)).code)
            }
            return (codes, before, await bench.card.flashModel.counts)
        }
        #expect(!codes.isEmpty && codes.allSatisfy { $0 == .untrusted })
        #expect(before == after)
    }

    /// The old key, both, the new one: an image signed by either is taken while the card trusts both.
    @Test func aCardWithTwoKeysTakesEither() throws {
        let old = SigningKey(seed: Array(repeating: 1, count: 32))
        let new = SigningKey(seed: Array(repeating: 2, count: 32))
        let replies = try CardBench.run(trustedKeys: TrustedKeys([old.publicKey, new.publicKey])) { bench in
            let client = try await bench.connect()
            let image = TestImage(byteCount: 60_000)
            var replies: [CardReply] = []
            for keys in [[old], [old, new], [new], [Self.stranger, new]] {
                replies.append(try await client.ask(.startDownload(image.start(keys: keys))))
                _ = try await client.ask(.abort(Abort(reason: "next")))
            }
            replies.append(try await client.ask(.startDownload(image.start(keys: [Self.stranger]))))
            return replies
        }
        for reply in replies.dropLast() {
            guard case .downloadStarted = reply else {
                Issue.record("refused: \(reply)")
                continue
            }
        }
        guard case .refusal(let refusal) = replies.last else {
            Issue.record("a stranger's image was taken")
            return
        }
        #expect(refusal.code == .untrusted)
    }

    /// A card that was told to takes what has no signature; a signature that is there must be right all the same.
    @Test func aCardMayBeToldToTakeUnsignedImages() throws {
        let (unsigned, wrong) = try CardBench.run(acceptsUnsigned: true) { bench in
            let client = try await bench.connect()
            let wrong = try await client.refusal(
                of: .startDownload(TestImage(byteCount: 60_000).start(keys: [Self.stranger])))
            return (try await client.ask(.startDownload(TestImage(byteCount: 60_000).start(keys: []))), wrong)
        }
        guard case .downloadStarted = unsigned else {
            Issue.record("refused: \(unsigned)")
            return
        }
        #expect(wrong.code == .untrusted)
    }
}
