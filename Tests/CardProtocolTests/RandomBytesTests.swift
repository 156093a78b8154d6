import CardProtocol
import Runtime
import Testing

/// Whatever arrives, decoding ends in an error or in a value that has exactly these bytes; never in a trap.
@Suite struct RandomBytesTests {
    private static let seed: UInt64 = 0x4C43_2026

    @Test func randomBuffersAreRefusedOrReencodeToTheSameBytes() {
        var random = SplitMix64(seed: Self.seed)
        var decodedCount = 0
        for index in 0..<100_000 {
            let length = Int(random.next() % (index % 2 == 0 ? 200 : 16))
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            checkHeader(bytes, index)
            // Section and image data are not decoded as messages.
            for frame in CardFrame.allCases where frame.payloadMinimumBytes == 0 {
                decodedCount += checkPayload(frame, bytes, index)
            }
        }
        // Short buffers are a hello, an abort, an end or nothing now and then: else this would test refusals alone.
        #expect(decodedCount > 1_000)
    }

    /// Samples with a few bytes changed come further into the decoders than noise does.
    @Test func changedSamplesAreRefusedOrReencodeToTheSameBytes() {
        var random = SplitMix64(seed: Self.seed + 1)
        var decodedCount = 0
        for index in 0..<100_000 {
            let sample = SampleFrame.all[index % SampleFrame.all.count]
            var payload = sample.payload
            for _ in 0...random.next() % 4 where !payload.isEmpty {
                payload[Int(random.next() % UInt64(payload.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 8 == 0 { payload.removeLast(Int(random.next() % UInt64(payload.count + 1))) }
            decodedCount += checkPayload(sample.frame, payload, index)
        }
        #expect(decodedCount > 10_000)
    }

    /// A header whose checksum was made right, so that the fields behind it are looked at too.
    @Test func randomFieldsUnderARightChecksum() {
        var random = SplitMix64(seed: Self.seed + 2)
        for index in 0..<100_000 {
            let header = FrameHeader(
                type: UInt8(truncatingIfNeeded: random.next()), sequence: UInt32(truncatingIfNeeded: random.next()),
                payloadBytes: Int(random.next() % 100_000), payloadChecksum: UInt32(truncatingIfNeeded: random.next()))
            let bytes = encode(header)
            checkHeader(bytes, index)
            let frame = CardFrame(rawValue: header.type)
            let isPossible = frame.map { ($0.payloadMinimumBytes...$0.payloadLimitBytes).contains(header.payloadBytes) }
            #expect((try? decodeHeader(bytes).get()) == (isPossible ?? false ? header : nil), "buffer \(index)")
        }
    }

    private func checkHeader(_ bytes: [UInt8], _ index: Int) {
        guard bytes.count >= FrameHeader.byteCount, case .success(let header) = decodeHeader(bytes) else { return }
        #expect(encode(header) == Array(bytes[..<FrameHeader.byteCount]), "seed \(Self.seed), buffer \(index)")
    }

    /// - Returns: 1 when the decoder of the side that gets this frame took it, else 0.
    private func checkPayload(_ frame: CardFrame, _ bytes: [UInt8], _ index: Int) -> Int {
        let encoded: [UInt8]
        if frame.rawValue < 0x80 {
            guard case .success(let request) = decodeRequest(frame, bytes) else { return 0 }
            encoded = request.encodePayload()
        } else {
            guard case .success(let reply) = decodeReply(frame, bytes) else { return 0 }
            encoded = reply.encodePayload()
        }
        if encoded != bytes { Issue.record("\(frame) became \(encoded), seed \(Self.seed), buffer \(index)") }
        return 1
    }
}
