/// What a file server has done since it began, by its own count.
package struct FileServerCounts: Equatable, Sendable {
    /// Control connections that were let in.
    package var sessions = 0
    package var logins = 0
    /// RETR commands whose transfer began (reply 150).
    package var retrieves = 0
    /// RETR commands whose file was sent to its end (reply 226).
    package var completedRetrieves = 0
    /// Bytes of files that data connections have taken.
    package var imageBytes: UInt64 = 0
    /// Commands that were answered with 4xx or 5xx, and transfers that ended so.
    package var refusedCommands = 0
    /// The same by file, by its path from the server's root ("/image.bin"). Has at most one entry for each file served.
    package var files: [String: FileCounts] = [:]

    package init() {}
}

/// What a file server has done with one file.
package struct FileCounts: Equatable, Sendable {
    package var retrieves = 0
    package var completedRetrieves = 0
    package var imageBytes: UInt64 = 0

    package init() {}
}
