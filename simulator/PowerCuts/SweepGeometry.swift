import FlashModel

/// A flash that the sweep is run on: small, so that every operation can be cut, and cut like a real part.
package struct SweepGeometry: Sendable, CustomStringConvertible {
    package let name: String
    let profile: FlashProfile
    let faults: FlashFaults
    let persistence: FlashPersistence
    /// Of the image that is downloaded, in bytes.
    let imageBytes: Int
    let sectionBytes: Int
    /// Whether the card has lived for so long that its metadata blocks are full of records: each phase erases one of them.
    let isLongLived: Bool

    private init(
        _ name: String, unit: Int, erase: Int = 4096, blocks: Int = 14, image: Int, section: Int = 2048,
        persistence: FlashPersistence = .inOrder, faults: FlashFaults = .none, isLongLived: Bool = false
    ) {
        self.name = name
        self.faults = faults
        self.persistence = persistence
        self.isLongLived = isLongLived
        imageBytes = image
        sectionBytes = section
        do throws(FlashParameterError) {
            profile = try FlashProfile(
                name: name,
                geometry: FlashGeometry(
                    readSize: min(unit, 64), programSize: unit, eraseSize: erase, blockCount: blocks),
                timing: FlashTiming(readUnit: .zero, programUnit: .microseconds(1), eraseBlock: .microseconds(10)),
                enduranceCycles: 100_000)
        } catch {
            preconditionFailure("the sweep's flash \(name) is impossible: \(error)")
        }
    }

    /// Like the parts of `FlashProfile`, with their proportions; then what only some parts do.
    package static let all = [
        // Words of 64 bytes; a section is a part of a block.
        SweepGeometry("nor", unit: 64, image: 6000, section: 1024),
        SweepGeometry("spi-nor", unit: 256, image: 10_300),
        // Pages of 512 bytes, and a section that spans two blocks.
        SweepGeometry("slc-nand", unit: 512, image: 13_000, section: 6144),
        // A page is a quarter of a block: a boot record takes all but one of them.
        SweepGeometry("mlc-nand", unit: 1024, image: 11_000, section: 4096),
        // Large blocks, hardly more than one for the image, which ends with a block.
        SweepGeometry("large-blocks", unit: 512, erase: 8192, image: 16_384, section: 4096),
        SweepGeometry("out-of-order", unit: 256, image: 9000, persistence: .outOfOrder(window: 6)),
        SweepGeometry("bad-blocks", unit: 256, blocks: 20, image: 9000, faults: badBlocks),
        SweepGeometry("silent-blocks", unit: 256, blocks: 20, image: 9000, faults: silentBlocks),
        SweepGeometry("long-lived", unit: 256, image: 6000, isLongLived: true),
        SweepGeometry(
            "long-lived-out-of-order", unit: 128, image: 6000, persistence: .outOfOrder(window: 4), isLongLived: true),
    ]

    package var description: String { name }

    package static func named(_ name: some StringProtocol) -> SweepGeometry? {
        all.first { $0.name == name }
    }

    // Of 20 blocks the last 2 are spares; 4 to 10 are instance 0, into which the sweep downloads, 11 to 17 instance 1.

    private static var badBlocks: FlashFaults {
        var faults = FlashFaults()
        faults.blocks = [
            BlockFault(block: 4, .eraseError), BlockFault(block: 6, .programError),
            // Of the metadata, once it has been erased.
            BlockFault(block: 2, .programError),
        ]
        return faults
    }

    private static var silentBlocks: FlashFaults {
        var faults = FlashFaults()
        faults.blocks = [BlockFault(block: 5, .programNoop)]
        // Fails in its middle.
        faults.units = [UnitFault(unit: 4 * 16 + 9, .weakPage)]
        return faults
    }
}
