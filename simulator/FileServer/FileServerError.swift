package import Runtime

/// Why a file server could not be started.
package enum FileServerError: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotOpenFolder(String, SystemError)
    case network(ConnectionError)

    package var description: String {
        switch self {
        case .cannotOpenFolder(let path, let error):
            "the file server cannot open its folder \(path): \(error); name a folder that exists and is readable"
        case .network(let error): "the file server \(error)"
        }
    }
}
