import CardProtocol
import SharedBytes
import SoftwareImage
import Testing

/// What is known of a shared image is what computing it would give.
@Suite struct ImageMemoryTests {
    private static let image = (0..<5 * ImageMemory.granuleBytes + 777).map {
        UInt8(truncatingIfNeeded: ($0 &* 131) ^ ($0 >> 8) ^ ($0 >> 3))
    }

    /// Ranges that begin and end at granules, beside them, at the image's end, and nowhere.
    static let ranges: [Range<Int>] = {
        let granule = ImageMemory.granuleBytes
        let places = [0, 1, granule - 1, granule, granule + 1, 2 * granule, 4 * granule, 5 * granule, image.count]
        return places.flatMap { low in places.filter { $0 >= low }.map { low..<$0 } }
    }()

    @Test(arguments: [0, 1, 0xDEAD_BEEF] as [UInt32]) func aChecksumGoesOnOverSharedBytes(before: UInt32) {
        let memory = ImageMemory(Self.image)
        for range in Self.ranges {
            var shared = Checksum(continuing: before)
            shared.add(Stretch(SharedBytes(memory, range)))
            var copied = Checksum(continuing: before)
            Self.image[range].withUnsafeBytes { copied.add($0) }
            #expect(shared == copied, "\(range)")
        }
    }

    /// Behind the image's own beginning, and behind something else.
    @Test(arguments: [true, false]) func aDigestGoesOnOverSharedBytes(isPrefix: Bool) {
        let memory = ImageMemory(Self.image)
        for range in Self.ranges {
            var shared = SHA256()
            var copied = SHA256()
            let before = isPrefix ? Array(Self.image[..<range.lowerBound]) : [1, 2, 3]
            before.withUnsafeBytes { shared.update($0) }
            before.withUnsafeBytes { copied.update($0) }
            for part in [range, range.upperBound..<Self.image.count] {
                shared.update(Stretch(SharedBytes(memory, part)))
                Self.image[part].withUnsafeBytes { copied.update($0) }
                #expect(shared.digest() == copied.digest(), "\(range)")
            }
        }
    }

    @Test func bytesAreFoundWhereTheyStand() {
        let memory = ImageMemory(Self.image)
        let granule = ImageMemory.granuleBytes
        func find(_ range: Range<Int>, near hint: Int) -> Int? {
            Self.image[range].withUnsafeBytes { memory.find($0, near: hint) }
        }
        // Anywhere where they are expected, at granules also where they are not.
        #expect(find(100..<5000, near: 100) == 100)
        #expect(find(granule..<3 * granule, near: 0) == granule)
        #expect(find(5 * granule..<Self.image.count, near: Self.image.count) == 5 * granule)
        #expect(find(100..<5000, near: 0) == nil)
        var other = Array(Self.image[granule..<2 * granule])
        other[granule - 1] ^= 1
        #expect(other.withUnsafeBytes { memory.find($0, near: granule) } == nil)
    }
}
