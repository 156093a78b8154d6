import Foundation

/// A Swift file of the project, its code without comments and texts.
struct SourceFile {
    /// From the project's root: `Sources/Runtime/Loop.swift`.
    let path: String
    let code: String
    let lineCount: Int

    init(path: String, text: String) {
        self.path = path
        lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        code = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.withoutComment($0).replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"") }
            .joined(separator: "\n")
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    }

    /// The folder of the module: `Runtime`, `line-card`.
    var module: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    var isEngine: Bool { path.hasPrefix("Sources/") }

    /// The modules that the file imports.
    var imports: [String] {
        code.matches(of: /(?m)^\s*(?:(?:package|public|private|internal|fileprivate)\s+)?import\s+(\w+)/)
            .map { String($0.output.1) }
    }

    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All Swift files below a folder of the project, in order.
    static func all(in folders: [String]) throws -> [SourceFile] {
        try folders.flatMap { folder in
            let root = project.appending(path: folder)
            let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
            return try names.sorted().map { name in
                SourceFile(
                    path: "\(folder)/\(name)",
                    text: try String(contentsOf: root.appending(path: name), encoding: .utf8))
            }
        }
    }
}
