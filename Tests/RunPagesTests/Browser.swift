import Foundation

/// Headless Chromium, for what only a browser knows of a page. `make setup-tests` installs it.
struct Browser {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Loads a page at a window's width, lets a script look at it, and returns what the script said.
    ///
    /// - Parameter script: an expression of JavaScript whose value JSON can have.
    static func evaluate(_ script: String, on page: String, width: Int) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(path: "browser-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // The page itself forbids scripts.
        let policy = try Regex("<meta http-equiv=\"Content-Security-Policy\"[^>]*>")
        guard page.contains(policy) else { throw Failure(description: "the page forbids nothing") }
        let probe =
            "<script>addEventListener('load',()=>{const p=document.createElement('pre');p.id='probe';"
            + "p.textContent=encodeURIComponent(JSON.stringify(\(script)));document.body.append(p)})</script></body>"
        let file = folder.appending(path: "page.html")
        try page.replacing(policy, with: "").replacing("</body>", with: probe).write(
            to: file, atomically: true, encoding: .utf8)
        let dom = try dump(file, width: width, profile: folder.appending(path: "profile"))
        guard let answer = dom.firstMatch(of: /<pre id="probe">([^<]*)<\/pre>/),
            let text = String(answer.output.1).removingPercentEncoding
        else { throw Failure(description: "the browser has not loaded the page: \(dom.prefix(300))") }
        return Data(text.utf8)
    }

    private static func dump(_ file: URL, width: Int, profile: URL) throws -> String {
        let output = file.deletingLastPathComponent().appending(path: "dom.html")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--user-data-dir=\(profile.path)", "--window-size=\(width),900", "--dump-dom", file.absoluteString,
        ]
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "chromium ended with \(process.terminationStatus); install it with make setup-tests")
        }
        return try String(contentsOf: output, encoding: .utf8)
    }
}
