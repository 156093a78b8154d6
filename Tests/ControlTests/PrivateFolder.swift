import Glibc

/// A folder of the user's own, which goes with the test.
final class PrivateFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/control-XXXXXX".utf8CString)
        precondition(template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) } != nil)
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        for name in ["ce.sock", "ce.sock.lock", "inner/ce.sock", "inner/ce.sock.lock"] { unlink("\(path)/\(name)") }
        rmdir("\(path)/inner")
        rmdir(path)
    }
}
