import CardProtocol
import SoftwareImage
import Testing

/// Texts, flags and numbers at their limits.
@Suite struct FieldLimitTests {
    @Test(arguments: [0, 1, 254, 255]) func aTextUpTo255BytesIsKept(count: Int) throws {
        let hello = CardRequest.hello(Hello(engine: String(repeating: "x", count: count)))
        let payload = hello.encodePayload()
        #expect(payload == [UInt8(count)] + [UInt8](repeating: 0x78, count: count))
        #expect(try decodeRequest(.hello, payload).get() == hello)
    }

    /// The cut is between two Unicode scalars: what is sent is UTF-8 always, and as much of it as fits.
    @Test(arguments: [
        (String(repeating: "x", count: 256), 255), (String(repeating: "ü", count: 128), 254),
        ("x" + String(repeating: "ü", count: 127) + "y", 255), (String(repeating: "€", count: 86), 255),
        (String(repeating: "😀", count: 64), 252), ("e" + String(repeating: "\u{301}", count: 1000), 255),
        (String(repeating: "long ", count: 1 << 16), 255),
    ]) func aLongerTextIsCut(text: String, keptBytes: Int) throws {
        let payload = CardRequest.abort(Abort(reason: text)).encodePayload()
        #expect(payload.count == 8 + 1 + keptBytes)
        guard case .abort(let abort) = try decodeRequest(.abort, payload).get() else { return #expect(Bool(false)) }
        #expect(abort.reason.utf8.elementsEqual(text.utf8.prefix(keptBytes)))
    }

    @Test(arguments: [
        [0xFF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC0, 0x80],
    ])
    func aTextThatIsNotUTF8IsMalformed(bytes: [UInt8]) {
        #expect(decodeRequest(.hello, [UInt8(bytes.count)] + bytes) == .failure(.malformed("a text is not UTF-8")))
    }

    @Test func aFlagIsZeroOrOne() {
        let payload = CardReply.identity(SampleFrame.identity).encodePayload()
        for value in UInt8(2)...UInt8.max {
            let found = decodeReply(.identity, payload.dropLast() + [value])
            #expect(found == .failure(.malformed("a flag is \(value), not 0 or 1")))
        }
    }

    /// The first instance's flags come behind the slot, three texts, two counters and three sizes of the sample.
    @Test func everyCombinationOfInstanceFlagsIsKeptAndNoOtherIsKnown() throws {
        let flagsAt = 2 + 6 + 6 + 4 + 8 + 8 + 4 + 4 + 8
        var payload = CardReply.identity(SampleFrame.identity).encodePayload()
        for flags in UInt8.min...UInt8.max {
            payload[flagsAt] = flags
            guard flags < 8 else {
                #expect(isMalformed(decodeReply(.identity, payload)))
                continue
            }
            guard case .identity(let identity) = try decodeReply(.identity, payload).get() else { continue }
            let instance = identity.instances[0]
            #expect(instance.isValid == (flags & 1 != 0))
            #expect(instance.isActive == (flags & 2 != 0))
            #expect(instance.isCommitted == (flags & 4 != 0))
            #expect(CardReply.identity(identity).encodePayload() == payload)
        }
    }

    /// Whatever its bytes say: who takes the frame does not look.
    private static let largestManifest = SignedStatement(
        bytes: Array(repeating: 0xFF, count: ManifestLimits.maximumStatementBytes),
        signatures: (0..<ManifestLimits.maximumSignatures).map {
            ManifestSignature(key: KeyIdentifier(UInt64($0)), bytes: Array(repeating: 0xFF, count: 64))
        })

    /// The largest identity fits a control frame: the limit is not short of what the fields allow.
    @Test func theLongestMessagesFitAControlPayload() throws {
        let text = String(repeating: "t", count: 255)
        var identity = SampleFrame.interruptedIdentity
        identity.hardwareType = text
        identity.serialNumber = text
        identity.softwareVersion = text
        identity.failure = text
        identity.trial = Trial(instance: 1, secondsLeft: .max, attemptsLeft: .max)
        identity.instances[0].version = text
        identity.instances[1].version = text
        let start = StartDownload(
            manifest: Self.largestManifest, sectionBytes: 65536, offset: 1, epoch: 1)
        let refusal = Refusal(code: .timeout, sequence: 1, text: text)
        #expect(CardReply.identity(identity).encodePayload().count == 1720)
        #expect(CardRequest.startDownload(start).encodePayload().count == 1075)
        #expect(CardReply.refusal(refusal).encodePayload().count == 261)
        #expect(try decodeReply(.identity, CardReply.identity(identity).encodePayload()).get() == .identity(identity))
    }

    static let impossibleReplies: [CardReply] = {
        func identity(_ change: (inout CardIdentity) -> Void) -> CardReply {
            var identity = SampleFrame.interruptedIdentity
            change(&identity)
            return .identity(identity)
        }
        return [
            identity { $0.slot = 0 },
            identity { $0.maximumSectionBytes = 0 },
            identity { $0.maximumSectionBytes = 65537 },
            identity { $0.windowBytes = 0 },
            identity { $0.instanceCapacityBytes = 1 << 48 },
            identity { $0.instances[1].imageBytes = .max },
            identity { $0.epoch = 0 },
            identity { $0.trial = Trial(instance: 2, secondsLeft: 1, attemptsLeft: 1) },
            identity { $0.interrupted!.programmedBytes = 7 },
            identity { $0.interrupted!.imageBytes = 1 << 48 },
            .downloadStarted(DownloadStarted(instance: 2, offset: 0, windowBytes: 1)),
            .downloadStarted(DownloadStarted(instance: 0, offset: 1 << 48, windowBytes: 1)),
            .acknowledgement(Acknowledgement(programmedBytes: .max, windowBytes: 1)),
            .downloadResult(DownloadResult(instance: 255, imageBytes: 1, digest: SampleFrame.digest, epoch: 1)),
            .downloadResult(DownloadResult(instance: 0, imageBytes: .max, digest: SampleFrame.digest, epoch: 1)),
            .downloadResult(DownloadResult(instance: 0, imageBytes: 1, digest: SampleFrame.digest, epoch: 0)),
            .aborted(Aborted(epoch: 0)),
            .activating(Restart(epoch: 0, bootMilliseconds: 1)),
            .rollingBack(Restart(epoch: 0, bootMilliseconds: 1)),
            .committed(Committed(epoch: 0)),
        ]
    }()

    @Test(arguments: impossibleReplies) func anImpossibleReplyIsMalformed(reply: CardReply) {
        #expect(isMalformed(decodeReply(reply.frame, reply.encodePayload())))
    }

    static let impossibleRequests: [CardRequest] = {
        func start(_ change: (inout StartDownload) -> Void) -> CardRequest {
            var start = SampleFrame.start
            change(&start)
            return .startDownload(start)
        }
        return [
            start { $0.manifest.bytes = [] },
            start { $0.manifest.bytes = Array(repeating: 0, count: ManifestLimits.maximumStatementBytes + 1) },
            start { $0.manifest.signatures = Array(repeating: $0.manifest.signatures[0], count: 5) },
            start { $0.sectionBytes = 0 },
            start { $0.sectionBytes = 65537 },
            start { $0.offset = 1 << 48 },
            start { $0.offset = .max },
            start { $0.epoch = 0 },
            .activate(Activate(instance: 2, digest: SampleFrame.digest, epoch: 1, trialSeconds: 0)),
            .activate(Activate(instance: 0, digest: SampleFrame.digest, epoch: 0, trialSeconds: 0)),
            .commit(Commit(epoch: 0)),
            .rollBack(RollBack(epoch: 0)),
            .endDownload(EndDownload(imageBytes: .max)),
            .readImage(ReadImage(instance: 2, offset: 0, bytes: 1)),
            .readImage(ReadImage(instance: 0, offset: .max, bytes: 1)),
            .readImage(ReadImage(instance: 0, offset: 0, bytes: 0)),
            .readImage(ReadImage(instance: 0, offset: 0, bytes: 65537)),
        ]
    }()

    @Test(arguments: impossibleRequests) func anImpossibleRequestIsMalformed(request: CardRequest) {
        #expect(isMalformed(decodeRequest(request.frame, request.encodePayload())))
    }

    @Test func valuesAtTheirLimitsAreTaken() throws {
        let largest: UInt64 = (1 << 48) - 1
        let requests: [CardRequest] = [
            .startDownload(
                StartDownload(
                    manifest: Self.largestManifest, sectionBytes: 65536, offset: largest, epoch: .max)),
            .startDownload(
                StartDownload(
                    manifest: SignedStatement(bytes: [0], signatures: []), sectionBytes: 1, offset: 0, epoch: 1)),
            .abort(Abort(epoch: .max, reason: "")),
            .activate(Activate(instance: 0, digest: SampleFrame.digest, epoch: .max, trialSeconds: .max)),
            .readImage(ReadImage(instance: 0, offset: largest, bytes: 65536)),
        ]
        for request in requests { #expect(try decodeRequest(request.frame, request.encodePayload()).get() == request) }
        let replies: [CardReply] = [
            .acknowledgement(Acknowledgement(programmedBytes: largest, windowBytes: .max)),
            .acknowledgement(Acknowledgement(programmedBytes: 0, windowBytes: 0)),
            .downloadStarted(DownloadStarted(instance: 0, offset: largest, windowBytes: 0)),
            .activating(Restart(epoch: .max, bootMilliseconds: .max)),
            .rollingBack(Restart(epoch: 1, bootMilliseconds: 0)),
        ]
        for reply in replies { #expect(try decodeReply(reply.frame, reply.encodePayload()).get() == reply) }
    }
}
