private import CCurl
package import Runtime

/// An image on an FTP or HTTP server, fetched by libcurl on the event loop (libcurl-multi(3), the multi-socket interface).
package struct CurlSource: ImageSource {
    private let location: FileServerURL
    private let receiveBufferBytes: Int
    private let limits: CurlLimits
    private let loop: EventLoop

    /// - Parameter receiveBufferBytes: what the kernel may hold of the data connection's unread bytes (SO_RCVBUF): the
    ///   server can be ahead of the pool by that much.
    package init(
        _ location: FileServerURL, receiveBufferBytes: Int = Self.defaultReceiveBufferBytes,
        limits: CurlLimits = CurlLimits(), loop: EventLoop
    ) {
        self.location = location
        self.receiveBufferBytes = receiveBufferBytes
        self.limits = limits
        self.loop = loop
    }

    /// Keeps a 100 Mbit/s server busy over 10 ms; part of the CE's kernel memory.
    package static let defaultReceiveBufferBytes = 256 << 10
    /// As little as the kernel allows to be useful: for the serial baseline, which does not read ahead.
    package static let smallReceiveBufferBytes = 4 << 10

    package func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError) {
        try await fetch(from: offset, ifUnchanged: nil, into: sink)
    }

    package func fetch(
        from offset: UInt64, ifUnchanged expected: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError) {
        let transfer = try CurlTransfer(
            location, offset: offset, expected: expected, receiveBufferBytes: receiveBufferBytes, limits: limits,
            sink: sink, loop: loop)
        defer { transfer.close() }
        try await transfer.run()
    }

    /// The version of the libcurl that runs, for reports (curl_version(3)).
    package static var libraryVersion: String { String(cString: curl_version()) }
}
