import CardLink
import CardProtocol
import Runtime
import Testing

@Suite struct FrameReaderTests {
    @Test(arguments: LinkKind.allCases) func framesSurviveBeingSentByteByByte(kind: LinkKind) throws {
        let frames = try kind.run { loop, ends in
            try await withThrowingTaskGroup(of: [Frame].self) { group in
                group.addTask {
                    for byte in Frame.stream(Frame.sample) {
                        try await ends.far.writeAll([byte])
                        await loop.yield()
                    }
                    ends.far.finishWriting()
                    return []
                }
                group.addTask { try await readFrames(ends.near) }
                return try await group.reduce([], +)
            }
        }
        #expect(frames == Frame.sample)
    }

    /// The reader has seen everything before the cut, and waits, when the rest comes.
    @Test func framesMayBeSplitAtEveryByte() throws {
        let frames = [Frame(.hello, [2, 99, 101]), Frame(.aborted, []), Frame(.abort, [0])]
        let stream = Frame.stream(frames)
        for cut in 0...stream.count {
            let received = try LinkKind.virtual.run { loop, ends in
                try await withThrowingTaskGroup(of: [Frame].self) { group in
                    group.addTask {
                        try await ends.far.writeAll(Array(stream[..<cut]))
                        try await loop.sleep(for: .milliseconds(1))
                        try await ends.far.writeAll(Array(stream[cut...]))
                        ends.far.finishWriting()
                        return []
                    }
                    group.addTask { try await readFrames(ends.near) }
                    return try await group.reduce([], +)
                }
            }
            #expect(received == frames, "cut at \(cut)")
        }
    }

    @Test(arguments: LinkKind.allCases) func manyFramesInOneRead(kind: LinkKind) throws {
        let frames = try kind.run { loop, ends in
            try await ends.far.writeAll(Frame.stream(Frame.sample))
            ends.far.finishWriting()
            return try await readFrames(ends.near)
        }
        #expect(frames == Frame.sample)
    }

    /// The buffer holds little more than one frame, so that frames lie across its end again and again.
    @Test(arguments: LinkKind.allCases, [118, 119, 127, 138, 200]) func framesAcrossTheEndOfTheBuffer(
        kind: LinkKind, bufferBytes: Int
    ) throws {
        #expect(Frame.sample.map(\.payload.count).max() == 117)
        let frames = try kind.run { loop, ends in
            try await ends.far.writeAll(Frame.stream(Frame.sample))
            ends.far.finishWriting()
            return try await readFrames(ends.near, bufferBytes: bufferBytes)
        }
        #expect(frames == Frame.sample)
    }

    @Test(arguments: LinkKind.allCases) func theEndBetweenTwoFramesIsNilAndInsideOfOneAnError(kind: LinkKind) throws {
        let frames = [Frame(.hello, [2, 99, 101]), Frame(.abort, [1, 120])]
        let stream = Frame.stream(frames)
        for cut in 0...stream.count {
            let read: Result<[Frame], LinkError> = try kind.run { loop, ends in
                try await ends.far.writeAll(Array(stream[..<cut]))
                ends.far.finishWriting()
                do { return .success(try await readFrames(ends.near)) } catch let error as LinkError {
                    return .failure(error)
                }
            }
            let boundary = [0, 23, stream.count].firstIndex(of: cut)
            #expect(
                read == boundary.map { .success(Array(frames[..<$0])) } ?? .failure(.connection(.endedEarly)),
                "cut at \(cut)")
        }
    }

    @Test(arguments: LinkKind.allCases) func anEndInsideOfASectionIsAnError(kind: LinkKind) throws {
        let stream = Frame(.section, [UInt8](repeating: 1, count: 1008)).encoded(0)
        for cut in [21, 27, 28, 29, 1000, 1027] {
            #expect(throws: LinkError.connection(.endedEarly)) {
                try kind.run { loop, ends in
                    try await ends.far.writeAll(Array(stream[..<cut]))
                    ends.far.finishWriting()
                    _ = try await readSection(ends.near, bufferBytes: 64)
                }
            }
        }
    }

    @Test(arguments: [[0, 0], [1], [0, 2], [0, 1, 0], [.max]] as [[UInt32]]) func aFrameWithAnotherNumberIsAViolation(
        sequences: [UInt32]
    ) throws {
        let expected = UInt32(sequences.count - 1)
        let violation = ProtocolError.outOfSequence(expected: expected, found: sequences.last!)
        #expect(throws: LinkError.violation(violation)) {
            try LinkKind.virtual.run { _, ends in
                try await ends.far.writeAll(sequences.flatMap { Frame(.abort, [0]).encoded($0) })
                _ = try await readFrames(ends.near)
            }
        }
    }

    @Test func everyBitFlipInAPayloadIsAViolation() throws {
        let control = Frame(.hello, [2, 99, 101]).encoded(0)
        let section = Frame(.section, (0..<12).map { UInt8($0) }).encoded(0)
        for (stream, type) in [(control, CardFrame.hello), (section, .section)] {
            for bit in 8 * FrameHeader.byteCount..<8 * stream.count {
                var changed = stream
                changed[bit / 8] ^= 1 << (bit % 8)
                #expect(throws: LinkError.violation(.payloadChecksum(type: type.rawValue)), "bit \(bit)") {
                    try LinkKind.virtual.run { [changed] _, ends in
                        try await ends.far.writeAll(changed)
                        if type == .section {
                            _ = try await readSection(ends.near, bufferBytes: 64)
                        } else {
                            _ = try await readFrames(ends.near)
                        }
                    }
                }
            }
        }
    }

    @Test func aHeaderThatIsNotTheProtocolIsAViolation() throws {
        var version = Frame(.hello, [0]).encoded(0)
        version[2] = 2
        let cases: [([UInt8], ProtocolError)] = [
            (Array("GET / HTTP/1.1\r\n\r\n  ".utf8), .notTheProtocol(magic: 0x4745)),
            (version, .unknownVersion(2)),
            (
                Frame(.hello, [UInt8](repeating: 0, count: 2049)).encoded(0),
                .oversize(type: 1, bytes: 2049, limit: 2048)
            ),
            (Frame(.section, [1]).encoded(0), .undersize(type: 3, bytes: 1, minimum: 9)),
        ]
        for (stream, error) in cases {
            #expect(throws: LinkError.violation(error)) {
                try LinkKind.virtual.run { _, ends in
                    try await ends.far.writeAll(stream)
                    _ = try await readFrames(ends.near)
                }
            }
        }
    }

    /// Whoever reads control frames has a small buffer; a section there is a violation, not a larger buffer.
    @Test func aPayloadBeyondTheBufferIsAViolation() throws {
        #expect(throws: LinkError.violation(.unexpected("65 bytes of type 3 where less was due"))) {
            try LinkKind.virtual.run { _, ends in
                try await ends.far.writeAll(Frame(.section, [UInt8](repeating: 0, count: 65)).encoded(0))
                _ = try await readFrames(ends.near, bufferBytes: 64)
            }
        }
    }

    @Test func nothingYetIsNotAHeader() throws {
        try LinkKind.virtual.run { _, ends in
            let reader = FrameReader(ends.near, format: CardFrame.format)
            let frame = Frame(.abort, [0]).encoded(0)
            #expect(try reader.nextHeader() == nil)
            try await ends.far.writeAll(Array(frame[..<19]))
            #expect(try reader.nextHeader() == nil)
            try await ends.far.writeAll(Array(frame[19...]))
            #expect(try reader.nextHeader()?.type == 5)
            #expect(
                Array(
                    try await reader.payload(
                        of: FrameHeader(type: 5, sequence: 0, payloadBytes: 1, payloadChecksum: 0x527D_5351))) == [0])
            ends.far.finishWriting()
            #expect(throws: LinkError.connection(.endedEarly)) { try reader.nextHeader() }
        }
    }

    @Test(arguments: LinkKind.allCases) func waitingForAFrameCanBeCancelled(kind: LinkKind) throws {
        #expect(throws: LinkError.connection(.cancelled)) {
            try kind.run { loop, ends in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await readFrames(ends.near) }
                    try await loop.sleep(for: .milliseconds(1))
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test(arguments: LinkKind.allCases) func closingWakesTheReader(kind: LinkKind) throws {
        #expect(throws: LinkError.connection(.closed)) {
            try kind.run { loop, ends in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await readFrames(ends.near) }
                    try await loop.sleep(for: .milliseconds(1))
                    ends.near.close()
                    try await group.waitForAll()
                }
            }
        }
    }
}
