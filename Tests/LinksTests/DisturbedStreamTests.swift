import Faults
import Links
import Runtime
import Testing

/// What of a stream goes on over a disturbed link, byte for byte.
@Suite struct DisturbedStreamTests {
    /// A frame of the card protocol as far as a link looks at it.
    private static func frame(_ number: UInt8, payloadBytes: Int) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: 20)
        head[0...3] = [0x4C, 0x43, 1, 3]
        head[7] = number
        head[10] = UInt8(payloadBytes >> 8)
        head[11] = UInt8(payloadBytes & 0xFF)
        return head + [UInt8](repeating: number, count: payloadBytes)
    }

    /// A TLS record.
    private static func record(_ number: UInt8, bytes: Int) -> [UInt8] {
        [23, 3, 3, UInt8(bytes >> 8), UInt8(bytes & 0xFF)] + [UInt8](repeating: number, count: bytes)
    }

    private static func pass(
        _ chunks: [[UInt8]], seed: UInt64 = 1, _ change: (inout LinkDisturbance) -> Void
    ) -> (bytes: [UInt8], parts: [[UInt8]], breaks: Bool) {
        var disturbance = LinkDisturbance.none
        change(&disturbance)
        var stream = DisturbedStream()
        var random = SplitMix64(seed: seed)
        var position: UInt64 = 0
        var parts: [[UInt8]] = []
        for chunk in chunks {
            let passage = stream.pass(chunk, at: position, under: disturbance, random: &random)
            position += UInt64(chunk.count)
            parts += passage.parts
            if passage.breaks { return (Array(parts.joined()), parts, true) }
        }
        return (Array(parts.joined()), parts, false)
    }

    private static func chunks(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    @Test(arguments: [1, 7, 20, 333]) func aSoundLinkGivesWhatItGets(chunkBytes: Int) {
        let bytes = Array((0..<5).flatMap { Self.frame(UInt8($0), payloadBytes: 100) })
        #expect(Self.pass(Self.chunks(bytes, of: chunkBytes)) { _ in }.bytes == bytes)
    }

    @Test(arguments: [1, 7, 20, 333]) func aFrameComesTwice(chunkBytes: Int) {
        let frames = (0..<3).map { Self.frame(UInt8($0), payloadBytes: 50 * $0) }
        let passed = Self.pass(Self.chunks(Array(frames.joined()), of: chunkBytes)) { $0.duplicateProbability = 1 }
        #expect(passed.bytes == Array(frames.flatMap { $0 + $0 }))
    }

    @Test func aRecordOfTLSComesTwice() {
        let records = (0..<3).map { Self.record(UInt8($0), bytes: 300) }
        let passed = Self.pass(Self.chunks(Array(records.joined()), of: 100)) { $0.duplicateProbability = 1 }
        #expect(passed.bytes == Array(records.flatMap { $0 + $0 }))
    }

    @Test(arguments: [1, 64, 1000]) func aFrameIsOvertaken(chunkBytes: Int) {
        let frames = (0..<4).map { Self.frame(UInt8($0), payloadBytes: 30) }
        let passed = Self.pass(Self.chunks(Array(frames.joined()), of: chunkBytes)) { $0.reorderProbability = 1 }
        #expect(passed.bytes == frames[1] + frames[0] + frames[3] + frames[2])
    }

    @Test func framesAreFoundAlsoWhenTheFaultBeginsInTheMiddleOfOne() {
        let frames = (0..<3).map { Self.frame(UInt8($0), payloadBytes: 40) }
        var stream = DisturbedStream()
        var random = SplitMix64(seed: 1)
        var twice = LinkDisturbance()
        twice.duplicateProbability = 1
        let bytes = Array(frames.joined())
        let before = stream.pass(Array(bytes[..<30]), at: 0, under: .none, random: &random)
        let behind = stream.pass(Array(bytes[30...]), at: 30, under: twice, random: &random)
        #expect(
            Array((before.parts + behind.parts).joined()) == frames[0] + frames[1] + frames[1] + frames[2] + frames[2])
    }

    @Test func oneByteIsSpoiled() {
        let bytes = Self.frame(1, payloadBytes: 200)
        let passed = Self.pass(Self.chunks(bytes, of: 50)) { $0.corruptByte = 120 }
        #expect(zip(passed.bytes, bytes).enumerated().filter { $1.0 != $1.1 }.map(\.offset) == [120])
    }

    @Test func bytesAreSpoiledAsOftenAsTheProbabilitySays() {
        let bytes = [UInt8](repeating: 0, count: 10_000)
        let passed = Self.pass(Self.chunks(bytes, of: 1)) { $0.corruptProbability = 0.1 }
        #expect((900...1100).contains(passed.bytes.count { $0 != 0 }))
    }

    @Test func aConnectionBreaksAfterItsLastByte() {
        let bytes = Self.frame(1, payloadBytes: 200)
        let passed = Self.pass(Self.chunks(bytes, of: 50)) { $0.byteLimit = 70 }
        #expect(passed.breaks)
        #expect(passed.bytes == Array(bytes[..<70]))
    }

    @Test func aSlicedStreamComesInCrumbs() {
        let bytes = Self.frame(1, payloadBytes: 200)
        let passed = Self.pass([bytes]) { $0.slice = LinkDisturbance.Slice(bytes: 10, variation: 2, delay: .zero) }
        #expect(passed.bytes == bytes)
        #expect(passed.parts.count >= 18)
        #expect(passed.parts.dropLast().allSatisfy { (8...12).contains($0.count) })
    }
}
