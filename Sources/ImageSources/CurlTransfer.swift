private import CCurl
private import CSystem
private import Glibc
import Runtime

/// One transfer: an easy handle in a multi handle of its own, driven by the event loop.
///
/// Owned by the task that runs it, in that task's isolation; libcurl calls back only from within `run`.
final class CurlTransfer {
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private let location: FileServerURL
    private let activity: CurlActivity
    private let sink: any ImageSink
    private let receiveBufferBytes: Int
    private let options: CurlOptions
    private let offset: UInt64
    /// By what the image was known before; nil when nothing was.
    private let expected: ImageValidator?
    /// Counted from the image's beginning.
    private var receivedBytes: UInt64
    private var answer: ServerAnswer
    /// The answer was looked at, as it is before the first byte.
    private var isJudged = false
    /// The sink had no room; libcurl holds the piece until it is told to go on.
    private var isPaused = false
    /// Why we end the transfer, whatever libcurl then calls it.
    private var ownReason: SourceError?
    /// The first socket that libcurl opened, until it is closed.
    private var controlDescriptor: CInt?
    /// libcurl writes here while the easy handle lives (CURLOPT_ERRORBUFFER(3)).
    private let errorText: UnsafeMutablePointer<CChar>

    init(
        _ location: FileServerURL, offset: UInt64, expected: ImageValidator?, receiveBufferBytes: Int,
        limits: CurlLimits, sink: any ImageSink, loop: EventLoop
    ) throws(SourceError) {
        guard let easy = curl_easy_init(), let multi = curl_multi_init() else {
            throw .unreachable(url: location.url, cause: "libcurl has no memory")
        }
        self.easy = easy
        self.multi = multi
        self.location = location
        self.sink = sink
        self.receiveBufferBytes = receiveBufferBytes
        self.offset = offset
        self.expected = expected
        receivedBytes = offset
        answer = ServerAnswer(isHTTP: location.access?.isHTTP == true, secret: location.password)
        var options = CurlOptions(easy)
        options.set(location, offset: offset, expected: expected, limits: limits)
        self.options = options
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        activity = CurlActivity(
            multi: multi,
            isEncryptedFTP: location.access == .ftpOverExplicitTLS || location.access == .ftpOverImplicitTLS,
            loop: loop)
        activity.install()
        installCallbacks()
    }

    private func installCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.check(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
        options.check(ccurl_set_write_function(easy, onBytes))
        options.check(ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        options.check(ccurl_set_header_function(easy, onReply))
        options.check(ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context))
        options.check(ccurl_set_socket_options_function(easy, onSocket))
        options.check(ccurl_set_pointer(easy, CURLOPT_SOCKOPTDATA, context))
        options.check(ccurl_set_close_socket_function(easy, onSocketClose))
        options.check(ccurl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, context))
    }

    /// Ends the session if it still stands, and frees the handles.
    func close() {
        // libcurl would send QUIT and wait for its answer in a blocking call (ftp_disconnect). So we send it, and shut the
        // connection down, which makes that wait return at once.
        if let controlDescriptor {
            // In a TLS connection and in HTTP it has no meaning.
            if location.access == .ftp { _ = csystem_send2(controlDescriptor, "QUIT\r\n", 6, nil, 0) }
            shutdown(controlDescriptor, CInt(SHUT_RDWR))
        }
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        activity.close()
        options.free()
        errorText.deallocate()
    }

    /// Runs the transfer to its end.
    func run() async throws(SourceError) {
        let status = curl_multi_add_handle(multi, easy)
        precondition(status == CURLM_OK, "curl_multi_add_handle: \(status)")
        while true {
            if let ownReason { throw ownReason }
            if let result = takeResult() {
                guard result == CURLE_OK else { throw failure(result) }
                // No byte came: then the answer was not looked at yet.
                try judge()
                return
            }
            do {
                if isPaused {
                    try await sink.waitForRoom()
                    isPaused = false
                    // Gives the held piece to the sink at once, which may have no room for it again.
                    curl_easy_pause(easy, CURLPAUSE_CONT)
                } else {
                    try await activity.wait()
                }
            } catch {
                throw .cancelled
            }
            activity.act()
        }
    }

    /// The result when libcurl has finished (curl_multi_info_read(3)).
    private func takeResult() -> CURLcode? {
        var remaining: CInt = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            if message.pointee.msg == CURLMSG_DONE { return ccurl_message_result(message) }
        }
        return nil
    }

    private func failure(_ code: CURLcode) -> SourceError {
        // A changed image may have lost the offset that was asked for: then that it has changed is the reason.
        if !answer.isHTTP, case .changed(let url, let cause)? = objection { return .changed(url: url, cause: cause) }
        let text = String(cString: errorText)
        return CurlFailure(
            code: code,
            cause: text.isEmpty ? String(cString: curl_easy_strerror(code)) : answer.withoutSecret(text),
            answer: answer,
            offset: offset, receivedBytes: receivedBytes
        ).error(url: location.url)
    }

    /// Looks at the server's answer, and tells the sink by what the image is known.
    ///
    /// - Throws: what the answer shows to be wrong.
    private func judge() throws(SourceError) {
        guard !isJudged else { return }
        isJudged = true
        if let objection { throw objection }
        if !answer.validator.isEmpty { sink.identify(answer.validator) }
    }

    private var objection: SourceError? {
        answer.objection(url: location.url, offset: offset, expected: expected)
    }

    // MARK: What libcurl calls

    /// Takes a piece of the image (CURLOPT_WRITEFUNCTION(3)).
    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        activity.dataHasCome()
        do throws(SourceError) {
            try judge()
            guard try accept(bytes) else {
                isPaused = true
                return Int(CURL_WRITEFUNC_PAUSE)
            }
        } catch {
            ownReason = error
            // Any other number than that of the bytes ends the transfer.
            return bytes.isEmpty ? 1 : 0
        }
        receivedBytes += UInt64(bytes.count)
        return bytes.count
    }

    private func accept(_ bytes: UnsafeRawBufferPointer) throws(SourceError) -> Bool {
        do throws(SinkRefusal) {
            return try sink.accept(bytes)
        } catch {
            throw .refusedBySink(error)
        }
    }

    /// Takes a line of the server's answer. After the first byte only FTP's replies count: HTTP has trailers there.
    fileprivate func receiveReply(_ bytes: UnsafeRawBufferPointer) {
        if !isJudged || !answer.isHTTP { answer.take(bytes) }
    }

    fileprivate func prepareSocket(_ descriptor: curl_socket_t) {
        if controlDescriptor == nil { controlDescriptor = descriptor }
        var bytes = CInt(receiveBufferBytes)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<CInt>.size))
    }

    fileprivate func closeSocket(_ descriptor: curl_socket_t) -> CInt {
        if descriptor == controlDescriptor {
            controlDescriptor = nil
            activity.forget(descriptor)
        }
        return Glibc.close(descriptor)
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
    Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
}

private func onBytes(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
)
    -> Int
{
    transfer(context).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

private func onReply(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
)
    -> Int
{
    transfer(context).receiveReply(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private func onSocket(_ context: UnsafeMutableRawPointer?, _ descriptor: curl_socket_t, _ purpose: curlsocktype) -> CInt
{
    transfer(context).prepareSocket(descriptor)
    return CURL_SOCKOPT_OK
}

private func onSocketClose(_ context: UnsafeMutableRawPointer?, _ descriptor: curl_socket_t) -> CInt {
    transfer(context).closeSocket(descriptor)
}
