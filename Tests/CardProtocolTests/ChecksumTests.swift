import CSystem
import CardProtocol
import Runtime
import Testing

@Suite struct ChecksumTests {
    /// RFC 3720, appendix B.4, and the check value that catalogues of CRCs give for CRC-32C.
    static let vectors: [(bytes: [UInt8], crc: UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        ((0..<32).map { UInt8($0) }, 0x46DD_794E),
        ((0..<32).reversed().map { UInt8($0) }, 0x113F_DB5C),
        (Array("123456789".utf8), 0xE306_9283),
        ([], 0),
    ]

    @Test(arguments: vectors) func knownVectors(bytes: [UInt8], crc: UInt32) {
        #expect(checksum(bytes) == crc)
        #expect(bytes.withUnsafeBytes { csystem_crc32c_portable(0, $0.baseAddress, $0.count) } == crc)
    }

    @Test func theInstructionAndTheTablesAgreeAtEveryLengthAndAlignment() {
        var random = SplitMix64(seed: 20)
        let bytes = (0..<512).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        bytes.withUnsafeBytes { buffer in
            for start in 0..<16 {
                for end in start...buffer.count {
                    let part = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
                    let portable = csystem_crc32c_portable(0, part.baseAddress, part.count)
                    #expect(csystem_crc32c(0, part.baseAddress, part.count) == portable)
                }
            }
        }
    }

    /// Long parts are computed in three lanes of 1 KiB.
    @Test(arguments: [3071, 3072, 3073, 3080, 6144, 9999, 16 << 10, 65_544]) func longPartsAgreeToo(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let bytes = (0..<count + 8).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        bytes.withUnsafeBytes { buffer in
            for start in 0..<8 {
                let part = UnsafeRawBufferPointer(rebasing: buffer[start..<start + count])
                let portable = csystem_crc32c_portable(7, part.baseAddress, part.count)
                #expect(csystem_crc32c(7, part.baseAddress, part.count) == portable)
            }
        }
    }

    @Test(arguments: 0...32) func aChecksumInTwoPartsIsThatOfTheWhole(cut: Int) {
        let bytes = (0..<32).map { UInt8($0) }
        var sum = Checksum()
        bytes[..<cut].withUnsafeBytes { sum.add($0) }
        bytes[cut...].withUnsafeBytes { sum.add($0) }
        #expect(sum.value == 0x46DD_794E)
    }
}
