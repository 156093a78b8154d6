import CardLink
import CardProtocol
import SoftwareImage
import Testing

/// Payloads, against the bytes of the document.
@Suite struct MessageTests {
    @Test(arguments: SampleFrame.all) func aMessageHasTheBytesOfTheDocument(sample: SampleFrame) throws {
        switch sample.message {
        case .request(let request):
            #expect(request.encodePayload() == sample.payload)
            #expect(try decodeRequest(sample.frame, sample.payload).get() == request)
        case .reply(let reply):
            #expect(reply.encodePayload() == sample.payload)
            #expect(try decodeReply(sample.frame, sample.payload).get() == reply)
        case .part(_, let offset, let bytes):
            #expect(sample.payload == (0..<8).map { UInt8(truncatingIfNeeded: offset >> (56 - 8 * $0)) } + bytes)
            let sum = bytes.withUnsafeBytes { FrameWriter.sectionChecksum(offset: offset, bytes: $0) }
            #expect(sum == checksum(sample.payload))
        }
    }

    @Test(arguments: SampleFrame.all) func everyTruncationIsMalformed(sample: SampleFrame) {
        guard !sample.isPart else { return }
        for count in 0..<sample.payload.count {
            expectMalformed(sample, Array(sample.payload[..<count]), "cut to \(count) bytes")
        }
    }

    @Test(arguments: SampleFrame.all) func bytesBehindTheLastFieldAreMalformed(sample: SampleFrame) {
        guard !sample.isPart else { return }
        expectMalformed(sample, sample.payload + [0], "one byte more")
        expectMalformed(sample, sample.payload + sample.payload + [1], "twice")
    }

    private func expectMalformed(_ sample: SampleFrame, _ payload: [UInt8], _ what: Comment) {
        switch sample.message {
        case .request: #expect(isMalformed(decodeRequest(sample.frame, payload)), what)
        case .reply: #expect(isMalformed(decodeReply(sample.frame, payload)), what)
        case .part: Issue.record("a part of the image is not decoded as a message")
        }
    }

    @Test(arguments: CardFrame.allCases) func oneSideDoesNotDecodeWhatTheOtherSends(frame: CardFrame) {
        let payload = SampleFrame.all.first { $0.frame == frame }!.payload
        let isRequest = (try? decodeRequest(frame, payload).get()) != nil
        let isReply = (try? decodeReply(frame, payload).get()) != nil
        #expect(isRequest == (frame.rawValue < 0x80 && frame != .section))
        #expect(isReply == (frame.rawValue >= 0x80 && frame != .imageData))
        if !isRequest {
            #expect(decodeRequest(frame, payload) == .failure(.unexpected("\(frame) where a request was due")))
        }
        if !isReply { #expect(decodeReply(frame, payload) == .failure(.unexpected("\(frame) where a reply was due"))) }
    }

    @Test(arguments: RefusalCode.allCases) func everyRefusalCodeHasItsNumberAndItsName(code: RefusalCode) throws {
        let names = [
            "INCOMPATIBLE", "TOO_LARGE", "PARSE_FAIL", "INTEGRITY_FAIL", "IN_PROGRESS", "UNEXPECTED_SWITCHOVER",
            "NO_MEMORY", "NOT_FOUND", "TIMEOUT", "FLASH_FAILED", "DOWNGRADE", "UNTRUSTED", "EXPIRED",
        ]
        #expect(RefusalCode.allCases.count == names.count)
        #expect(code.description == names[Int(code.rawValue) - 1])
        let reply = CardReply.refusal(Refusal(code: code, sequence: .max, text: "why"))
        #expect(reply.encodePayload() == [code.rawValue, 0xFF, 0xFF, 0xFF, 0xFF, 3] + Array("why".utf8))
        #expect(try decodeReply(.refusal, reply.encodePayload()).get() == reply)
    }

    @Test func aCodeOutsideOfTheTableIsMalformed() {
        for code in UInt8.min...UInt8.max where !(1...13).contains(code) {
            #expect(
                decodeReply(.refusal, [code, 0, 0, 0, 0, 0])
                    == .failure(.malformed("refusal code \(code) is not known")))
        }
    }
}

extension SampleFrame {
    var isPart: Bool {
        if case .part = message { true } else { false }
    }
}

func isMalformed<Value>(_ result: Result<Value, ProtocolError>) -> Bool {
    if case .failure(.malformed) = result { true } else { false }
}
