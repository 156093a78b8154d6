import CardProtocol
import Testing

@Suite struct FrameHeaderTests {
    @Test(arguments: SampleFrame.all) func theHeaderHasTheBytesOfTheDocument(sample: SampleFrame) throws {
        let header = FrameHeader(
            type: sample.frame.rawValue, sequence: sample.sequence, payloadBytes: sample.payload.count,
            payloadChecksum: checksum(sample.payload))
        #expect(encode(header) == Array(sample.bytes[..<20]))
        #expect(try decodeHeader(sample.bytes).get() == header)
    }

    @Test(arguments: SampleFrame.all) func everyBitFlipInAHeaderIsFound(sample: SampleFrame) {
        for bit in 0..<8 * FrameHeader.byteCount {
            var bytes = sample.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            guard case .failure(let error) = decodeHeader(bytes) else {
                Issue.record("bit \(bit) may flip")
                continue
            }
            switch bit / 8 {
            case 0, 1: #expect(error == .notTheProtocol(magic: UInt16(bytes[0]) << 8 | UInt16(bytes[1])))
            case 2: #expect(error == .unknownVersion(bytes[2]))
            default: #expect(error == .headerChecksum)
            }
        }
    }

    @Test func everyTypeThatIsNotInTheTableIsUnknown() {
        let known = Set(CardFrame.allCases.map(\.rawValue))
        #expect(known == Set(0x01...0x09).union(0x81...0x89).union([0xFF]))
        for type in UInt8.min...UInt8.max where !known.contains(type) {
            let bytes = encode(FrameHeader(type: type, sequence: 0, payloadBytes: 9, payloadChecksum: 0))
            #expect(decodeHeader(bytes) == .failure(.unknownType(type)))
        }
    }

    /// The header is refused before anybody sees its length: so no reader can allocate for it.
    @Test(arguments: CardFrame.allCases) func aPayloadHasTheLengthsOfTheDocument(frame: CardFrame) throws {
        let carriesImage = frame == .section || frame == .imageData
        let (least, most) = carriesImage ? (9, 65544) : (0, 2048)
        func decode(_ length: Int) -> Result<FrameHeader, ProtocolError> {
            decodeHeader(
                encode(FrameHeader(type: frame.rawValue, sequence: 0, payloadBytes: length, payloadChecksum: 0)))
        }
        #expect(try decode(least).get().payloadBytes == least)
        #expect(try decode(most).get().payloadBytes == most)
        for length in [most + 1, 1 << 20, Int(UInt32.max)] {
            let oversize = ProtocolError.oversize(type: frame.rawValue, bytes: UInt32(length), limit: most)
            #expect(decode(length) == .failure(oversize))
        }
        for length in 0..<least {
            let undersize = ProtocolError.undersize(type: frame.rawValue, bytes: UInt32(length), minimum: least)
            #expect(decode(length) == .failure(undersize))
        }
    }

    @Test func aFormatHasItsOwnMagicVersionAndTypes() throws {
        let other = FrameFormat(magic: 0x5256, version: 3, payloadLimits: [7: 10])
        var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        bytes.withUnsafeMutableBytes {
            FrameHeader(type: 7, sequence: 1, payloadBytes: 0, payloadChecksum: 0).encode(as: other, into: $0)
        }
        #expect(Array(bytes[..<4]) == [0x52, 0x56, 3, 7])
        #expect(decodeHeader(bytes) == .failure(.notTheProtocol(magic: 0x5256)))
        #expect(try bytes.withUnsafeBytes { try FrameHeader(decoding: $0, as: other) }.sequence == 1)
    }
}
