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
    private var receivedBytes: UInt64
    /// The sink had no room; libcurl holds the piece until it is told to go on.
    private var isPaused = false
    private var refusal: SinkRefusal?
    private var lastReply = ""
    /// The first socket that libcurl opened, until it is closed.
    private var controlDescriptor: CInt?
    /// libcurl writes here while the easy handle lives (CURLOPT_ERRORBUFFER(3)).
    private let errorText: UnsafeMutablePointer<CChar>

    init(_ location: FileServerURL, offset: UInt64, receiveBufferBytes: Int, sink: any ImageSink, loop: EventLoop)
        throws(SourceError)
    {
        guard let easy = curl_easy_init(), let multi = curl_multi_init() else {
            throw .unreachable(url: location.url, cause: "libcurl has no memory")
        }
        self.easy = easy
        self.multi = multi
        self.location = location
        self.sink = sink
        self.receiveBufferBytes = receiveBufferBytes
        receivedBytes = offset
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        activity = CurlActivity(multi: multi, loop: loop)
        activity.install()
        configure(offset: offset)
    }

    /// Sets every option, each with its reason (curl_easy_setopt(3)).
    private func configure(offset: UInt64) {
        set(CURLOPT_URL, location.url)
        // Whatever the URL says, nothing but FTP is spoken (CURLOPT_PROTOCOLS_STR).
        set(CURLOPT_PROTOCOLS_STR, "ftp")
        set(CURLOPT_FOLLOWLOCATION, 0)
        // By options of their own, so that they are in no URL that is printed.
        set(CURLOPT_USERNAME, location.user)
        set(CURLOPT_PASSWORD, location.password)
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        // No environment variable leads the transfer elsewhere.
        set(CURLOPT_PROXY, "")
        // One session for one fetch. It cannot be used again, since this multi handle goes with it; CURLOPT_FORBID_REUSE
        // would say QUIT at the end of the transfer and block the whole loop until the server answers.
        set(CURLOPT_FRESH_CONNECT, 1)
        // A PASV reply may not point to a third host; EPSV where the server has it, active mode never.
        set(CURLOPT_FTP_SKIP_PASV_IP, 1)
        set(CURLOPT_FTP_USE_EPSV, 1)
        set(CURLOPT_WILDCARDMATCH, 0)
        // The whole path in one command: a CWD for each folder costs a round trip and brings nothing.
        set(CURLOPT_FTP_FILEMETHOD, Int(CURLFTPMETHOD_NOCWD.rawValue))
        set(CURLOPT_FAILONERROR, 1)
        // Signals belong to the program.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT, CurlLimits.connectSeconds)
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, CurlLimits.responseSeconds)
        set(CURLOPT_LOW_SPEED_LIMIT, CurlLimits.lowSpeedBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, CurlLimits.lowSpeedSeconds)
        set(CURLOPT_BUFFERSIZE, CurlLimits.bufferBytes)
        check(ccurl_set_offset(easy, CURLOPT_RESUME_FROM_LARGE, curl_off_t(offset)))
        installCallbacks()
    }

    private func installCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        check(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
        check(ccurl_set_write_function(easy, onBytes))
        check(ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        check(ccurl_set_header_function(easy, onReply))
        check(ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context))
        check(ccurl_set_socket_options_function(easy, onSocket))
        check(ccurl_set_pointer(easy, CURLOPT_SOCKOPTDATA, context))
        check(ccurl_set_close_socket_function(easy, onSocketClose))
        check(ccurl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, context))
    }

    private func set(_ option: CURLoption, _ value: Int) {
        check(ccurl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) {
        check(ccurl_set_string(easy, option, value))
    }

    /// libcurl was built without what we need, or has no memory: nothing can go on.
    private func check(_ code: CURLcode) {
        precondition(code == CURLE_OK, "libcurl refuses an option: \(String(cString: curl_easy_strerror(code)))")
    }

    /// Ends the session if it still stands, and frees the handles.
    func close() {
        // libcurl would send QUIT and wait for its answer in a blocking call (ftp_disconnect). So we send it, and shut the
        // connection down, which makes that wait return at once.
        if let controlDescriptor {
            _ = csystem_send2(controlDescriptor, "QUIT\r\n", 6, nil, 0)
            shutdown(controlDescriptor, CInt(SHUT_RDWR))
        }
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        activity.close()
        errorText.deallocate()
    }

    /// Runs the transfer to its end.
    func run() async throws(SourceError) {
        let status = curl_multi_add_handle(multi, easy)
        precondition(status == CURLM_OK, "curl_multi_add_handle: \(status)")
        while true {
            if let refusal { throw .refusedBySink(refusal) }
            if let result = takeResult() {
                guard result == CURLE_OK else { throw failure(result) }
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
        let text = String(cString: errorText)
        let cause = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        let reply = lastReply.isEmpty ? cause : lastReply
        switch code {
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_WEIRD_SERVER_REPLY:
            return .unreachable(url: location.url, cause: cause)
        case CURLE_LOGIN_DENIED:
            return .loginRefused(url: location.url, reply: reply)
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_REMOTE_ACCESS_DENIED, CURLE_FTP_COULDNT_RETR_FILE:
            return .notFound(url: location.url, reply: reply)
        case CURLE_OPERATION_TIMEDOUT where receivedBytes == 0 && lastReply.isEmpty:
            return .unreachable(url: location.url, cause: cause)
        default:
            return .interrupted(url: location.url, receivedBytes: receivedBytes, cause: cause)
        }
    }

    // MARK: What libcurl calls

    /// Takes a piece of the image (CURLOPT_WRITEFUNCTION(3)).
    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        do {
            guard try sink.accept(bytes) else {
                isPaused = true
                return Int(CURL_WRITEFUNC_PAUSE)
            }
        } catch {
            refusal = error
            return bytes.isEmpty ? 1 : 0
        }
        receivedBytes += UInt64(bytes.count)
        return bytes.count
    }

    /// Keeps the server's last reply, without what could disturb a terminal, for the message of a failure.
    fileprivate func receiveReply(_ bytes: UnsafeRawBufferPointer) {
        lastReply = String(decoding: bytes.prefix(200).filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
    }

    fileprivate func prepareSocket(_ descriptor: curl_socket_t) {
        if controlDescriptor == nil { controlDescriptor = descriptor }
        var bytes = CInt(receiveBufferBytes)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<CInt>.size))
    }

    fileprivate func closeSocket(_ descriptor: curl_socket_t) -> CInt {
        if descriptor == controlDescriptor { controlDescriptor = nil }
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
