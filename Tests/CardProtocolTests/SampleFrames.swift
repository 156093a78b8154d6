import CardProtocol
import SoftwareImage
import Testing

/// The frames of the example in `docs/card-protocol.md`, and a few more. Their bytes were computed from the
/// document by a program that shares no code with this package, CRC32C bit by bit.
struct SampleFrame: Sendable, CustomTestStringConvertible {
    enum Message: Equatable, Sendable {
        case request(CardRequest)
        case reply(CardReply)
        /// A frame with an offset and a part of the image.
        case part(CardFrame, offset: UInt64, bytes: [UInt8])
    }

    let sequence: UInt32
    let message: Message
    let bytes: [UInt8]

    init(_ sequence: UInt32, _ message: Message, _ hexadecimal: String) {
        self.sequence = sequence
        self.message = message
        bytes = Self.bytes(hexadecimal)
    }

    var frame: CardFrame {
        switch message {
        case .request(let request): request.frame
        case .reply(let reply): reply.frame
        case .part(let frame, _, _): frame
        }
    }

    var payload: [UInt8] { Array(bytes[FrameHeader.byteCount...]) }
    var testDescription: String { "\(frame) \(sequence)" }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// SHA-256 of `ABCDEF`.
    static let digest = ImageDigest(hexadecimal: "e9c0f8b575cbfcb42ab3b78ecc87efa3b011d9a5d10b09fa4e96f240bf6a82f5")!

    static let identity = CardIdentity(
        slot: 3, hardwareType: "olt16", serialNumber: "S0003", softwareVersion: "1.0", epoch: 1, antiRollback: 0,
        maximumSectionBytes: 65536, windowBytes: 262_144, instanceCapacityBytes: 64 << 20,
        instances: [
            InstanceState(
                isValid: true, isActive: true, isCommitted: true, version: "1.0", imageBytes: 1_000_000,
                digest: ImageDigest(bytes: (0..<32).map { UInt8($0) })),
            InstanceState(
                isValid: false, isActive: false, isCommitted: false, version: "", imageBytes: 0,
                digest: ImageDigest(bytes: [UInt8](repeating: 0, count: 32))),
        ],
        wear: FlashWear(maximumEraseCount: 12, enduranceCycles: 100_000, badBlocks: 1, spareBlocksLeft: 19),
        failure: "", trial: nil, interrupted: nil)

    static let interruptedIdentity: CardIdentity = {
        var identity = Self.identity
        identity.epoch = 9
        identity.antiRollback = 1 << 40
        identity.failure = "no commit"
        identity.interrupted = InterruptedDownload(digest: digest, imageBytes: 6, programmedBytes: 4)
        return identity
    }()

    static let trialIdentity: CardIdentity = {
        var identity = Self.identity
        identity.softwareVersion = "2.0"
        identity.epoch = 3
        identity.instances[0].isActive = false
        identity.instances[1] = InstanceState(
            isValid: true, isActive: true, isCommitted: false, version: "2.0", imageBytes: 6, digest: digest)
        identity.trial = Trial(instance: 1, secondsLeft: 598, attemptsLeft: 2)
        return identity
    }()

    /// `2.0` for `olt16`, signed by the key of RFC 8032, section 7.1, test 2.
    static let manifest = SignedStatement(
        bytes: ManifestStatement(
            cardType: "olt16", version: "2.0", securityNumber: 7, imageBytes: 6, digest: digest
        ).encode(),
        signatures: [ManifestSignature(key: KeyIdentifier(0x39f713d0a644253f), bytes: bytes(signatureHexadecimal))])

    static let start = StartDownload(manifest: manifest, sectionBytes: 4, offset: 0, epoch: 1)

    private static let keyHexadecimal = "39f713d0a644253f"
    private static let signatureHexadecimal =
        "767f1a21d25f7c1d7a7a68befb1ff15a1cce334da374f3192ffbb37a048cbb5a"
        + "2ad122b74ae209f3b08d2ee1b988f550e906f0d0adf4d283c847de45f1567b05"
    private static let digestHexadecimal = "e9c0f8b575cbfcb42ab3b78ecc87efa3b011d9a5d10b09fa4e96f240bf6a82f5"
    private static let zeros = String(repeating: "00", count: 32)
    private static let factoryInstance =
        "03 312e30 00000000000f4240 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    private static let card = "0003 05 6f6c743136 05 5330303033"
    private static let capacities = "00010000 00040000 0000000004000000"
    private static let wear = "0000000c 000186a0 0001 0013"

    /// The example's, in the order of the document; then what the example has no place for.
    static let all = downloadFrames + activationFrames + otherFrames

    private static let downloadFrames = [
        SampleFrame(
            0, .request(.hello(Hello(engine: "ce"))), "4c43 01 01 00000000 00000003 cf47fb96 ba3c78c3 02 6365"),
        SampleFrame(
            0, .reply(.identity(identity)),
            "4c43 01 81 00000000 00000098 0ba95fe8 1fb06d4b \(card) 03 312e30 0000000000000001 0000000000000000 "
                + "\(capacities) 07 \(factoryInstance) 00 00 0000000000000000 \(zeros) \(wear) 00 00 00"),
        SampleFrame(
            1, .request(.startDownload(start)),
            "4c43 01 02 00000001 000000b3 fa95ee19 b0fd0e6a 00000004 0000000000000000 0000000000000001 0054 "
                + "53494d46 01 05 6f6c743136 03 322e30 00 0000000000000007 0000000000000000 0000000000000000 "
                + "0000000000000006 \(digestHexadecimal) 00000000 01 \(keyHexadecimal) \(signatureHexadecimal)"),
        SampleFrame(
            1, .reply(.downloadStarted(DownloadStarted(instance: 1, offset: 0, windowBytes: 262_144))),
            "4c43 01 82 00000001 0000000d 1257399b fe968447 01 0000000000000000 00040000"),
        SampleFrame(
            2, .part(.section, offset: 0, bytes: Array("ABCD".utf8)),
            "4c43 01 03 00000002 0000000c 989876e8 96847ad1 0000000000000000 41424344"),
        SampleFrame(
            3, .part(.section, offset: 4, bytes: Array("EF".utf8)),
            "4c43 01 03 00000003 0000000a b8e6918a 1b54e240 0000000000000004 4546"),
        SampleFrame(
            2, .reply(.acknowledgement(Acknowledgement(programmedBytes: 4, windowBytes: 262_144))),
            "4c43 01 83 00000002 0000000c 55fbaff7 10fc28fa 0000000000000004 00040000"),
        SampleFrame(
            4, .request(.endDownload(EndDownload(imageBytes: 6))),
            "4c43 01 04 00000004 00000008 aa895562 211c4410 0000000000000006"),
        SampleFrame(
            3, .reply(.acknowledgement(Acknowledgement(programmedBytes: 6, windowBytes: 262_144))),
            "4c43 01 83 00000003 0000000c 25d970af d89ae867 0000000000000006 00040000"),
        SampleFrame(
            4, .reply(.downloadResult(DownloadResult(instance: 1, imageBytes: 6, digest: digest, epoch: 2))),
            "4c43 01 84 00000004 00000031 e7758544 edfbf66a 01 0000000000000006 \(digestHexadecimal) 0000000000000002"),
        SampleFrame(
            5, .request(.readImage(ReadImage(instance: 1, offset: 2, bytes: 4))),
            "4c43 01 06 00000005 0000000d 3b31d5c6 b6d1f66c 01 0000000000000002 00000004"),
        SampleFrame(
            5, .part(.imageData, offset: 2, bytes: Array("CDEF".utf8)),
            "4c43 01 86 00000005 0000000c 0e985de3 8ab6ce4a 0000000000000002 43444546"),
        SampleFrame(
            6, .request(.readImage(ReadImage(instance: 1, offset: 6, bytes: 1))),
            "4c43 01 06 00000006 0000000d ee857f6a 4c7583f7 01 0000000000000006 00000001"),
        SampleFrame(
            6, .reply(.refusal(Refusal(code: .notFound, sequence: 6, text: "the image has 6 bytes"))),
            "4c43 01 ff 00000006 0000001b ca9d1d54 2ef433e8 08 00000006 15 "
                + "74686520696d6167652068617320362062797465 73"),
        SampleFrame(
            7, .request(.abort(Abort(reason: "stop"))),
            "4c43 01 05 00000007 0000000d 75fbb197 c5b5cc89 0000000000000000 04 73746f70"),
        SampleFrame(
            7, .reply(.aborted(Aborted(epoch: 2))), "4c43 01 85 00000007 00000008 6d13c27d 8c42eb21 0000000000000002"),
    ]

    private static let activationFrames = [
        SampleFrame(
            8, .request(.activate(Activate(instance: 1, digest: digest, epoch: 2, trialSeconds: 600))),
            "4c43 01 07 00000008 0000002d 70721b1f 46ccfc30 01 \(digestHexadecimal) 0000000000000002 00000258"),
        SampleFrame(
            8, .reply(.activating(Restart(epoch: 3, bootMilliseconds: 2500))),
            "4c43 01 87 00000008 0000000c e9f2efbd 2f4f803f 0000000000000003 000009c4"),
        SampleFrame(
            0, .reply(.identity(trialIdentity)),
            "4c43 01 81 00000000 000000a1 3329a90b e85b4843 \(card) 03 322e30 0000000000000003 0000000000000000 "
                + "\(capacities) 05 \(factoryInstance) 03 03 322e30 0000000000000006 \(digestHexadecimal) \(wear) 00 "
                + "01 01 00000256 02 00"),
        SampleFrame(
            1, .request(.commit(Commit(epoch: 3))), "4c43 01 08 00000001 00000008 9f78417e 87494143 0000000000000003"),
        SampleFrame(
            1, .reply(.committed(Committed(epoch: 4))),
            "4c43 01 88 00000001 00000008 4bb22595 7b6261e4 0000000000000004"),
    ]

    private static let otherFrames = [
        SampleFrame(
            0, .reply(.identity(interruptedIdentity)),
            "4c43 01 81 00000000 000000d1 1c41a4da 8c15247d \(card) 03 312e30 0000000000000009 0000010000000000 "
                + "\(capacities) 07 \(factoryInstance) 00 00 0000000000000000 \(zeros) \(wear) 09 6e6f20636f6d6d6974 00 "
                + "01 \(digestHexadecimal) 0000000000000006 0000000000000004"),
        SampleFrame(
            1, .request(.abort(Abort(epoch: 9, reason: "gone"))),
            "4c43 01 05 00000001 0000000d fc5b8a67 fffa4e3a 0000000000000009 04 676f6e65"),
        SampleFrame(
            1, .request(.rollBack(RollBack(epoch: 3))),
            "4c43 01 09 00000001 00000008 9f78417e b79b7926 0000000000000003"),
        SampleFrame(
            1, .reply(.rollingBack(Restart(epoch: 4, bootMilliseconds: 2500))),
            "4c43 01 89 00000001 0000000c 4184e1f9 c45ad64c 0000000000000004 000009c4"),
    ]
}

/// Encodes a header to bytes of its own.
func encode(_ header: FrameHeader) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
    bytes.withUnsafeMutableBytes { header.encode(as: CardFrame.format, into: $0) }
    return bytes
}

/// Decodes a header; its errors come as a result, because a closure cannot throw them typed.
func decodeHeader(_ bytes: [UInt8]) -> Result<FrameHeader, ProtocolError> {
    bytes.withUnsafeBytes { buffer in
        Result { () throws(ProtocolError) in try FrameHeader(decoding: buffer, as: CardFrame.format) }
    }
}

func decodeRequest(_ frame: CardFrame, _ payload: [UInt8]) -> Result<CardRequest, ProtocolError> {
    payload.withUnsafeBytes { buffer in
        Result { () throws(ProtocolError) in try CardRequest(frame, payload: buffer) }
    }
}

func decodeReply(_ frame: CardFrame, _ payload: [UInt8]) -> Result<CardReply, ProtocolError> {
    payload.withUnsafeBytes { buffer in
        Result { () throws(ProtocolError) in try CardReply(frame, payload: buffer) }
    }
}

func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { Checksum.of($0) }
}
