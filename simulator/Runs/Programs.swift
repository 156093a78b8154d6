import Glibc
package import ShelfModel

/// Where the programs of this project are: beside the one that runs.
package struct Programs: Sendable {
    package let folder: String

    /// - Throws: when one of them is missing there.
    package init() throws(ShelfError) {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        guard count > 0 else { throw ShelfError("/proc/self/exe cannot be read: is /proc mounted?") }
        let own = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        folder = String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])
        for program in [ce, lineCard] where access(program, X_OK) != 0 {
            throw ShelfError("\(program) is missing: build all programs first, with make build")
        }
    }

    package init(folder: String) {
        self.folder = folder
    }

    package var ce: String { "\(folder)/ce" }
    package var lineCard: String { "\(folder)/line-card" }
}
