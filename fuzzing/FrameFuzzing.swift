import CardLink
import CardProtocol
import Runtime

/// Both sides' frame decoders.
enum FrameFuzzing {
    /// A stream of frames. The first byte says in which pieces it comes; every further frame is a type, a length of two bytes and a
    /// payload, which get a header with right checksums, since no fuzzer finds those: but for one whose type is 0, which is sent as
    /// it is.
    static func read(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        var stream: [UInt8] = []
        var sequence: UInt32 = 0
        var rest = bytes.dropFirst()
        while rest.count >= 3 {
            let type = rest.removeFirst()
            let length = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
            let payload = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            guard type != 0 else {
                stream += payload
                continue
            }
            var header = [UInt8](repeating: 0, count: FrameHeader.byteCount)
            let checksum = payload.withUnsafeBytes { Checksum.of($0) }
            header.withUnsafeMutableBytes {
                FrameHeader(type: type, sequence: sequence, payloadBytes: payload.count, payloadChecksum: checksum)
                    .encode(as: CardFrame.format, into: $0)
            }
            stream += header + payload
            sequence &+= 1
        }
        let reader = FrameReader(
            PiecewiseConnection(stream, pieceBytes: max(1, Int(first))), format: CardFrame.format,
            bufferBytes: FrameHeader.byteCount + CardFrame.controlPayloadBytes)
        do throws(LinkError) {
            while let (header, payload) = try reader.nextFrame() {
                guard let frame = CardFrame(rawValue: header.type) else { fatalError("a type that does not exist") }
                precondition(payload.count == header.payloadBytes)
                decode(frame, payload)
            }
        } catch {
            _ = error.description
        }
    }

    /// The first byte is the type; the rest the payload.
    static func decodeRequest(_ bytes: [UInt8]) {
        withPayload(bytes) { frame, payload in
            do throws(ProtocolError) {
                let request = try CardRequest(frame, payload: payload)
                // What was read is what would have been sent.
                guard request.encodePayload().elementsEqual(payload) else {
                    fatalError("\(request) is encoded otherwise")
                }
            } catch {
                _ = error.description
            }
        }
    }

    static func decodeReply(_ bytes: [UInt8]) {
        withPayload(bytes) { frame, payload in
            do throws(ProtocolError) {
                let reply = try CardReply(frame, payload: payload)
                guard reply.encodePayload().elementsEqual(payload) else { fatalError("\(reply) is encoded otherwise") }
            } catch {
                _ = error.description
            }
        }
    }

    private static func decode(_ frame: CardFrame, _ payload: UnsafeRawBufferPointer) {
        if (try? CardRequest(frame, payload: payload)) == nil { _ = try? CardReply(frame, payload: payload) }
    }

    private static func withPayload(_ bytes: [UInt8], _ body: (CardFrame, UnsafeRawBufferPointer) -> Void) {
        guard let type = bytes.first, let frame = CardFrame(rawValue: type) else { return }
        Array(bytes.dropFirst()).withUnsafeBytes { body(frame, $0) }
    }
}
