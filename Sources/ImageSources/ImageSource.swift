/// Where an image comes from: a file server, or its counterpart in virtual time.
package protocol ImageSource: Sendable {
    /// Gives the image's bytes from `offset` to its end, in order, to `sink`, in one session.
    ///
    /// Runs in its caller's isolation, and calls `sink` there. That it returns means only that the source believes to be
    /// done: size and digest of the manifest decide.
    ///
    /// - Parameter offset: where to begin, in bytes.
    /// - Throws: why the image did not come, `SourceError.cancelled` when the task is cancelled.
    func fetch(from offset: UInt64, into sink: any ImageSink) async throws(SourceError)

    /// Does the same, unless the image is another one by now.
    ///
    /// - Parameter validator: what an earlier session said of the image (`ImageSink.identify`); nil when nothing did.
    /// - Throws: `SourceError.changed` before a byte is given. A source that knows no validators never does.
    func fetch(
        from offset: UInt64, ifUnchanged validator: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError)
}

extension ImageSource {
    package func fetch(
        from offset: UInt64, ifUnchanged validator: ImageValidator?, into sink: any ImageSink
    ) async throws(SourceError) {
        try await fetch(from: offset, into: sink)
    }
}

/// Takes an image's bytes. Used by one source at a time, in its caller's isolation.
package protocol ImageSink: AnyObject {
    /// Takes all of `bytes`, or none of them when there is no room: then `waitForRoom`, and the same bytes come again.
    ///
    /// - Parameter bytes: at most `ImageSourceLimits.pieceBytes`; valid during the call.
    /// - Throws: `SinkRefusal` when no more bytes are wanted, whatever comes; ends the fetch.
    func accept(_ bytes: UnsafeRawBufferPointer) throws(SinkRefusal) -> Bool

    /// Waits until a piece of any length fits, or until nothing more will be accepted.
    func waitForRoom() async throws(CancellationError)

    /// Hears by what the source knows the image, before a session's first byte; not at all when the source cannot tell.
    func identify(_ validator: ImageValidator)

    /// Hears who gives the bytes that come from now on. Until then it is a server.
    func comes(from origin: ImageOrigin)

    /// Hears that a session broke and that the source goes on by itself.
    ///
    /// - Parameter delay: until it asks the server again.
    func interrupt(_ error: SourceError, resumingAfter delay: Duration)
}

extension ImageSink {
    package func identify(_ validator: ImageValidator) {}
    package func comes(from origin: ImageOrigin) {}
    package func interrupt(_ error: SourceError, resumingAfter delay: Duration) {}
}

/// A sink wants no more bytes: more came than the manifest says, say.
package struct SinkRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

package enum ImageSourceLimits {
    /// The most bytes that a sink gets at once: libcurl's write callback never gets more (CURL_MAX_WRITE_SIZE,
    /// CURLOPT_WRITEFUNCTION(3)). A pool must have that much room beside a block that is being filled.
    package static let pieceBytes = 16 << 10
}
