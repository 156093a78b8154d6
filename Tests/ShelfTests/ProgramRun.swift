import Foundation

/// A run of one of the project's programs, with what it printed; in a folder of its own.
struct ProgramRun {
    let exit: Int32
    let output: String
    let errors: String

    /// Where the built programs are: beside the test runner.
    static let programs = Bundle.main.bundleURL

    /// The project's root, for the scenarios.
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func scenario(_ name: String) -> String {
        project.appending(path: "scenarios/\(name).yaml").path
    }

    /// Starts a program and hands it to `during` while it runs.
    init(_ program: String, _ arguments: [String], during: (Process) throws -> Void = { _ in }) throws {
        let process = Process()
        process.executableURL = Self.programs.appending(path: program)
        process.arguments = arguments
        let folder = FileManager.default.temporaryDirectory.appending(path: "program-\(UUID().uuidString)")
        // Its control socket is there, too: many tests run a ce at the same time.
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        process.environment = ProcessInfo.processInfo.environment.merging(["XDG_RUNTIME_DIR": folder.path]) { $1 }
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try ["output", "errors"].map { name in
            let file = folder.appending(path: name)
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            return try FileHandle(forWritingTo: file)
        }
        process.standardOutput = files[0]
        process.standardError = files[1]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try during(process)
        process.waitUntilExit()
        exit = process.terminationStatus
        output = try String(contentsOf: folder.appending(path: "output"), encoding: .utf8)
        errors = try String(contentsOf: folder.appending(path: "errors"), encoding: .utf8)
    }
}

/// A folder that goes with the test.
final class TestFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "shelf-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }
}
