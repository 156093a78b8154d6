package import FlashModel

/// Why a card cannot start.
package enum CardError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The flash is too small for two boot records and two instances.
    case flashTooSmall(blockCount: Int, eraseBytes: Int)
    /// Neither copy of the boot record is valid, although the flash was used before.
    case noBootRecord
    case flash(FlashFailure)

    package var description: String {
        switch self {
        case .flashTooSmall(let blockCount, let eraseBytes):
            """
            the flash has \(blockCount) erase blocks of \(eraseBytes) bytes; a card needs at least \
            \(FlashLayout.leastBlocks) of \(BootRecord.maximumBytes) bytes: raise its capacity
            """
        case .noBootRecord:
            "neither copy of the boot record (erase blocks 0 and 1) is valid: the card cannot tell which image to run"
        case .flash(let failure): failure.description
        }
    }
}

/// The flash did not do what it was asked to.
package enum FlashFailure: Error, Equatable, Sendable, CustomStringConvertible {
    case refused(FlashError)
    /// What was read back is not what was programmed.
    case readBackDiffers(address: Int)

    package var description: String {
        switch self {
        case .refused(let error): error.description
        case .readBackDiffers(let address): "address \(address) reads back other than it was programmed"
        }
    }
}
