import Glibc

/// A folder of its own for a test, removed with everything in it when the test ends.
final class TemporaryFolder {
    /// With a slash at its end.
    let path: String
    private var names: [String] = []

    init() {
        var template = Array("/tmp/plans-tests.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } + "/"
    }

    deinit {
        for name in names { unlink(path + name) }
        rmdir(path)
    }

    /// - Returns: the file's path.
    @discardableResult
    func write(_ text: String, to name: String, mode: mode_t = 0o644) -> String {
        names.append(name)
        let file = path + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { fatalError("open \(file): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        // Whatever the umask is.
        fchmod(descriptor, mode)
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { fatalError("write \(file)") }
        return file
    }
}
