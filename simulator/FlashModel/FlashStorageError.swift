/// What went wrong with the file that keeps a flash.
package enum FlashStorageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is no flash file, or one of another flash: nothing in it was changed.
    case refused(path: String, field: String, expected: String, found: String)
    /// Another process has it open for writing.
    case inUse(path: String)
    /// The disk, or the quota on it, is full.
    case full(path: String, operation: String)
    case failed(path: String, operation: String, reason: String)

    package var description: String {
        switch self {
        case .refused(let path, let field, let expected, let found):
            """
            flash file \(path) cannot be used: its \(field) is \(found), and \(expected) was expected; it was left as it \
            is: move it away, or use the settings that it was made with
            """
        case .inUse(let path):
            "flash file \(path) is in use by another process: stop that card first, or use another file"
        case .full(let path, let operation):
            "flash file \(path): the disk is full (\(operation)): make room and start the download again"
        case .failed(let path, let operation, let reason):
            "flash file \(path): \(operation): \(reason)"
        }
    }
}
