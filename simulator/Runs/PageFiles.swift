import Glibc
import Runtime
package import ShelfModel

/// Pages that belong to no run: they stand in the folder of all runs.
package enum PageFiles {
    /// - Parameter folder: made when it is missing.
    package static func write(_ text: String, to name: String, in folder: String) throws(ShelfError) {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw ShelfError("the folder \(folder) cannot be made: \(SystemError.last)")
        }
        try OutputFile.replace("\(folder)/\(name)", with: Array(text.utf8))
    }
}
