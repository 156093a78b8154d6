/// A place below the server's root, as names from folder to folder. There is none above the root: `..` is no name.
package struct ServerPath: Equatable, Sendable, CustomStringConvertible {
    /// Folders in each other: more than any image store has; each costs a descriptor for a moment.
    static let depthLimit = 32
    /// NAME_MAX of Linux (limits.h).
    static let nameLimitBytes = 255

    package private(set) var names: [[UInt8]] = []

    package static let root = ServerPath()

    private init() {}

    /// The place that `argument` names, seen from here; one that begins with `/` is seen from the root.
    ///
    /// - Returns: nil when it contains `..`, a name that no file can have, or is too deep.
    package func resolving(_ argument: [UInt8]) -> ServerPath? {
        let slash = UInt8(ascii: "/")
        var path = argument.first == slash ? .root : self
        for name in argument.split(separator: slash) where name != [UInt8(ascii: ".")] {
            guard name != [UInt8(ascii: "."), UInt8(ascii: ".")], name.count <= Self.nameLimitBytes, !name.contains(0)
            else {
                return nil
            }
            path.names.append(Array(name))
        }
        return path.names.count <= Self.depthLimit ? path : nil
    }

    package var description: String {
        "/" + names.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }
}
