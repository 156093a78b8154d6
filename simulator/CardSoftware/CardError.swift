package import CardProtocol
package import FlashModel

/// Why a card cannot start.
package enum CardError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The flash is too small for boot records, two instances and their spares.
    case flashTooSmall(blockCount: Int, eraseBytes: Int)
    /// No copy of the boot record is valid, although the flash was used before.
    case noBootRecord
    /// The newest boot record is one of another version of the card's software.
    case unknownVersion(Int)
    /// Neither instance holds an image whose digest is right.
    case nothingBoots(String)
    case flash(FlashFailure)

    package var description: String {
        switch self {
        case .flashTooSmall(let blockCount, let eraseBytes):
            """
            the flash has \(blockCount) erase blocks of \(eraseBytes) bytes; a card needs at least \
            \(FlashLayout.leastBlocks), each with room for a boot record of \(BootRecord.maximumBytes) bytes and more: raise its capacity
            """
        case .noBootRecord:
            """
            no copy of the boot record (erase blocks 0 to \(FlashLayout.metadataBlocks - 1)) is valid: the card cannot tell which \
            image to run
            """
        case .unknownVersion(let version):
            """
            the boot record has version \(version), and this card's software knows version \(BootRecord.version): use the \
            software that wrote it, or another flash file
            """
        case .nothingBoots(let reason): "no instance can be booted: \(reason)"
        case .flash(let failure): failure.description
        }
    }
}

/// The flash did not do what it was asked to.
package enum FlashFailure: Error, Equatable, Sendable, CustomStringConvertible {
    case refused(FlashError)
    /// What was read back is not what was programmed.
    case readBackDiffers(address: Int)
    /// A block failed, and there is no spare left to take its place.
    case outOfSpares(block: Int)
    /// A block failed, and what it held could not be saved: the download has gone back to the block's beginning.
    case blockLost(block: Int, offset: Int)
    /// No metadata block can be written any more.
    case noMetadataBlock

    /// The power has failed: the card's software is to stop at once.
    package static let powerLost = FlashFailure.refused(.powerLost)

    package var description: String {
        switch self {
        case .refused(let error): error.description
        case .readBackDiffers(let address): "address \(address) reads back other than it was programmed"
        case .outOfSpares(let block): "erase block \(block) is bad, and no spare block is left"
        case .blockLost(let block, let offset):
            "erase block \(block) went bad with what it held: begin again at offset \(offset)"
        case .noMetadataBlock:
            "erase blocks 0 to \(FlashLayout.metadataBlocks - 1) are worn out: no boot record can be written"
        }
    }
}

/// Why the card did not do what it was asked to.
package enum SwitchFailure: Error, Equatable, Sendable {
    /// The rules forbid it; nothing has changed.
    case refused(RefusalCode, String)
    case flash(FlashFailure)
}
