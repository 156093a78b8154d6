import ArgumentParser
import Glibc
import Reports
import Terminal

/// A folder of scenario files.
struct ScenarioFolder {
    private let folder: String

    init(_ folder: String) {
        self.folder = folder
    }

    /// The names of the YAML files, without their ending, in order (readdir(3)).
    func names() throws -> [String] {
        guard let directory = opendir(folder) else {
            StandardStream.errors.write("\(folder) cannot be read: \(String(cString: strerror(errno)))\n")
            throw ExitCode(ProgramExit.badInput.rawValue)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml"), !name.hasPrefix(".") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }
}
