/// Where things stand in a flash file:
///
/// | from byte | what |
/// | --- | --- |
/// | 0 | the header (`FlashFileHeader`): `FLASHIMG`, then big-endian version (4), read size (4), program size (4), erase size (4), block count (8), erased value (1), the part's name (32, filled with zeros), endurance in cycles (8; 0: without end), cycles before the card's first day (8), the faults' seed (8) |
/// | 4096 | the contents, address by address: what is at address A stands at byte 4096 + A |
/// | 4096 + capacity | wear: cycles of each block (4 each, big-endian) |
/// | behind it | one bit for each program unit, lowest bit first: set when it is programmed |
///
/// Bytes of units that are not programmed mean nothing. The file is sparse.
struct FlashFileLayout {
    /// The first page ends before the contents, so that they are aligned to pages of the file system.
    static let contentsOffset = 4096

    let geometry: FlashGeometry

    var wearOffset: Int { Self.contentsOffset + geometry.capacityBytes }
    var bitsOffset: Int { wearOffset + 4 * geometry.blockCount }
    var fileBytes: Int { bitsOffset + UnitBits.byteCount(units: geometry.unitCount) }
}
