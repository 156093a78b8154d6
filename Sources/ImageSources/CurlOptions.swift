import CCurl

/// The options of one transfer, each with its reason (curl_easy_setopt(3)). Owned by the transfer, with what libcurl
/// does not copy of them.
struct CurlOptions {
    private let easy: UnsafeMutableRawPointer
    /// The lines that our requests have beside libcurl's own (CURLOPT_HTTPHEADER(3)).
    private var headers: UnsafeMutablePointer<curl_slist>?

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    /// To be called when the easy handle is gone.
    func free() {
        curl_slist_free_all(headers)
    }

    mutating func set(_ location: FileServerURL, offset: UInt64, expected: ImageValidator?, limits: CurlLimits) {
        let access = location.access
        set(CURLOPT_URL, location.curlURL)
        // Whatever the URL says, nothing else is spoken. An unknown scheme is let through to libcurl, which refuses it.
        set(CURLOPT_PROTOCOLS_STR, access?.curlProtocol ?? FileServerURL.Access.ftp.curlProtocol)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        // No environment variable leads the transfer elsewhere.
        set(CURLOPT_PROXY, "")
        // One session for one fetch. It cannot be used again, since this multi handle goes with it; CURLOPT_FORBID_REUSE
        // would say QUIT at the end of the transfer and block the whole loop until the server answers.
        set(CURLOPT_FRESH_CONNECT, 1)
        set(CURLOPT_FAILONERROR, 1)
        // Signals belong to the program.
        set(CURLOPT_NOSIGNAL, 1)
        set(limits)
        if access?.isHTTP == true {
            setHTTP(location, offset: offset, expected: expected)
        } else {
            setFTP(location, offset: offset)
        }
        if access?.isEncrypted == true { setTLS(location) }
    }

    private func set(_ limits: CurlLimits) {
        set(CURLOPT_CONNECTTIMEOUT, limits.connectSeconds)
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, limits.responseSeconds)
        set(CURLOPT_LOW_SPEED_LIMIT, limits.lowSpeedBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, limits.lowSpeedSeconds)
        set(CURLOPT_BUFFERSIZE, CurlLimits.bufferBytes)
    }

    private func setFTP(_ location: FileServerURL, offset: UInt64) {
        // By options of their own, so that they are in no URL that is printed. Without a user: anonymous (RFC 1635).
        set(CURLOPT_USERNAME, location.user ?? "anonymous")
        set(CURLOPT_PASSWORD, location.password ?? (location.user == nil ? "ce@" : ""))
        // A PASV reply may not point to a third host; EPSV where the server has it, active mode never.
        set(CURLOPT_FTP_SKIP_PASV_IP, 1)
        set(CURLOPT_FTP_USE_EPSV, 1)
        set(CURLOPT_WILDCARDMATCH, 0)
        // The whole path in one command: a CWD for each folder costs a round trip and brings nothing.
        set(CURLOPT_FTP_FILEMETHOD, Int(CURLFTPMETHOD_NOCWD.rawValue))
        // Asks for MDTM, at the cost of a round trip: what a later session knows the image by.
        set(CURLOPT_FILETIME, 1)
        check(ccurl_set_offset(easy, CURLOPT_RESUME_FROM_LARGE, curl_off_t(offset)))
    }

    private mutating func setHTTP(_ location: FileServerURL, offset: UInt64, expected: ImageValidator?) {
        if let user = location.user {
            set(CURLOPT_USERNAME, user)
            set(CURLOPT_PASSWORD, location.password ?? "")
        }
        // Of HTTP/2 one server may send 32 MiB ahead of a sink that has no room: that is libcurl's window.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_HTTP09_ALLOWED, 0)
        // The file's own bytes: nothing else is asked for, and what comes anyway is not decoded but refused.
        set(CURLOPT_ACCEPT_ENCODING, "identity")
        set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        guard offset > 0 else { return }
        // Not CURLOPT_RESUME_FROM_LARGE, by which libcurl judges the answer itself and takes a changed image for a server
        // that has no ranges.
        set(CURLOPT_RANGE, "\(offset)-")
        if let tag = expected?.strongTag { addHeader("If-Range: \(tag)") }
    }

    private func setTLS(_ location: FileServerURL) {
        // Control and data connection; a server that cannot is refused. Of no meaning to HTTP.
        set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        // AUTH TLS: AUTH SSL, which libcurl would try first, is of no standard (RFC 4217, section 17).
        set(CURLOPT_FTPSSLAUTH, Int(CURLFTPAUTH_TLS.rawValue))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        guard let authorityFile = location.authorityFile else { return }
        set(CURLOPT_CAINFO, authorityFile)
        // The file's authorities alone: any of the system's could vouch for a false server.
        check(ccurl_set_pointer(easy, CURLOPT_CAPATH, nil))
    }

    private mutating func addHeader(_ line: String) {
        guard let longer = curl_slist_append(headers, line) else { preconditionFailure("libcurl has no memory") }
        headers = longer
        check(ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers))
    }

    private func set(_ option: CURLoption, _ value: Int) {
        check(ccurl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) {
        check(ccurl_set_string(easy, option, value))
    }

    /// libcurl was built without what we need, or has no memory: nothing can go on.
    func check(_ code: CURLcode) {
        precondition(code == CURLE_OK, "libcurl refuses an option: \(String(cString: curl_easy_strerror(code)))")
    }
}
