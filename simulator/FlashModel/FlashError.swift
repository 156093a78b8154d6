/// Why an operation on the flash did nothing.
package enum FlashError: Error, Equatable, Sendable, CustomStringConvertible {
    case noSuchBlock(Int, blockCount: Int)
    case outOfBounds(FlashOperation, address: Int, byteCount: Int, capacityBytes: Int)
    /// A program operation does not consist of whole program units.
    case misaligned(address: Int, byteCount: Int, unitBytes: Int)
    /// The first program unit that is programmed already: only an erase makes it programmable again.
    case notErased(address: Int)
    case storage(FlashStorageError)
    /// The part reports that it could not do it: the block, or the place in it, is worn out or bad.
    case eraseFailed(block: Int)
    case programFailed(address: Int)
    case readFailed(address: Int)
    case writeProtected
    /// There is no power, or it has just failed.
    case powerLost

    package var description: String {
        switch self {
        case .noSuchBlock(let block, let blockCount):
            "erase block \(block) does not exist: the flash has blocks 0 to \(blockCount - 1)"
        case .outOfBounds(let operation, let address, let byteCount, let capacityBytes):
            "\(operation) of \(byteCount) bytes at address \(address) is outside of the flash's \(capacityBytes) bytes"
        case .misaligned(let address, let byteCount, let unitBytes):
            "program of \(byteCount) bytes at address \(address) is not a whole number of \(unitBytes)-byte units"
        case .notErased(let address):
            "the program unit at address \(address) is not erased: erase its block first"
        case .storage(let error): error.description
        case .eraseFailed(let block): "erase block \(block) could not be erased"
        case .programFailed(let address): "the program unit at address \(address) could not be programmed"
        case .readFailed(let address): "address \(address) could not be read"
        case .writeProtected: "the flash is write-protected"
        case .powerLost: "the power has failed"
        }
    }
}

package enum FlashOperation: String, Sendable {
    case read, program, erase
}
