import CardProtocol

/// Which blocks are no longer used, and what stands in their place. Part of the boot record, so that it is never older or newer than
/// what relies on it.
package struct BadBlockTable: Equatable, Sendable {
    /// Blocks that failed, or came bad from the factory; in the order in which they were found.
    package private(set) var bad: [Int] = []
    /// The spare that stands in for each replaced block.
    private var replacements: [(block: Int, spare: Int)] = []

    package var replaced: [Int] { replacements.map(\.block) }
    package var sparesInUse: [Int] { replacements.map(\.spare) }

    package func isBad(_ block: Int) -> Bool { bad.contains(block) }

    /// Where what belongs into `block` stands.
    package func place(of block: Int) -> Int {
        replacements.first { $0.block == block }?.spare ?? block
    }

    mutating func note(bad block: Int) {
        if !isBad(block) { bad.append(block) }
    }

    /// The first spare that neither is bad nor stands in for another block.
    func freeSpare(among spares: Range<Int>) -> Int? {
        spares.first { spare in !isBad(spare) && !replacements.contains { $0.spare == spare } }
    }

    mutating func replace(_ block: Int, by spare: Int) {
        replacements.removeAll { $0.block == block }
        replacements.append((block, spare))
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.bad == right.bad && left.replaced == right.replaced && left.sparesInUse == right.sparesInUse
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(UInt16(bad.count))
        for block in bad { writer.integer(UInt32(block)) }
        writer.integer(UInt16(replacements.count))
        for entry in replacements {
            writer.integer(UInt32(entry.block))
            writer.integer(UInt32(entry.spare))
        }
    }

    init() {}

    init(from reader: inout ByteReader) throws(ProtocolError) {
        for _ in 0..<(try reader.integer(UInt16.self)) { bad.append(Int(try reader.integer(UInt32.self))) }
        for _ in 0..<(try reader.integer(UInt16.self)) {
            replacements.append((Int(try reader.integer(UInt32.self)), Int(try reader.integer(UInt32.self))))
        }
    }
}
