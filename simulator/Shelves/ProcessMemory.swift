import Glibc

/// What a process has in memory (proc(5)).
package enum ProcessMemory {
    /// The proportional set size in bytes, shared pages counted by their share (smaps_rollup); nil when the process is gone.
    package static func proportionalSetBytes(of process: Int32) -> Int? {
        field("Pss", in: "/proc/\(process)/smaps_rollup")
    }

    /// A field that is given in kB, in bytes.
    private static func field(_ name: String, in path: String) -> Int? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let words = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
                .split(whereSeparator: { $0 == " " || $0 == ":" })
            if words.count >= 2, words[0] == name, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
        }
        return nil
    }
}
