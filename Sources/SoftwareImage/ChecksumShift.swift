/// What a running CRC32C becomes when zeros follow: a multiplication by a power of x modulo the polynomial, as a matrix of bits
/// (the way of zlib's `crc32_combine`).
enum ChecksumShift {
    private typealias Matrix = [UInt32]

    /// The polynomial of CRC32C, reflected (RFC 3720, appendix B.4).
    private static let polynomial: UInt32 = 0x82F6_3B78
    /// So many doublings of a granule: more than an image may have.
    private static let doublings = 32

    /// For 1, 2, 4, … granules of zeros.
    private static let matrices: [Matrix] = {
        // One zero bit: all bits move down, and the lowest one brings in the polynomial.
        var matrix: Matrix = [polynomial] + (0..<31).map { 1 << $0 }
        var bits = 1
        while bits < 8 * ImageMemory.granuleBytes {
            matrix = square(matrix)
            bits *= 2
        }
        var matrices = [matrix]
        while matrices.count < doublings { matrices.append(square(matrices.last!)) }
        return matrices
    }()

    /// The CRC behind so many granules of zeros.
    static func shift(_ checksum: UInt32, byGranules count: Int) -> UInt32 {
        var checksum = checksum
        var rest = count
        var power = 0
        while rest > 0 && checksum != 0 {
            if rest & 1 == 1 { checksum = multiply(matrices[power], checksum) }
            rest >>= 1
            power += 1
        }
        return checksum
    }

    private static func multiply(_ matrix: Matrix, _ vector: UInt32) -> UInt32 {
        var sum: UInt32 = 0
        var rest = vector
        while rest != 0 {
            sum ^= matrix[rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return sum
    }

    private static func square(_ matrix: Matrix) -> Matrix { matrix.map { multiply(matrix, $0) } }
}
