import CCurl

/// A transfer that libcurl could not bring to its end: its error number (libcurl-errors(3)), and what was known then.
struct CurlFailure {
    let code: CURLcode
    /// libcurl's own words.
    let cause: String
    let answer: ServerAnswer
    let offset: UInt64
    /// Counted from the image's beginning.
    let receivedBytes: UInt64

    /// What it means to who wanted the image.
    func error(url: String) -> SourceError {
        let reply = answer.text.isEmpty ? cause : answer.text
        switch code {
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL,
            CURLE_SSL_CONNECT_ERROR:
            return .unreachable(url: url, cause: cause)
        case CURLE_OPERATION_TIMEDOUT where receivedBytes == offset && answer.text.isEmpty:
            return .unreachable(url: url, cause: cause)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER:
            return .untrusted(url: url, cause: cause)
        case CURLE_LOGIN_DENIED:
            return .loginRefused(url: url, reply: reply)
        // 4yz is for now only (RFC 959, section 4.2), and anything but 5yz was the answer to something else.
        case CURLE_FTP_COULDNT_RETR_FILE where !answer.text.hasPrefix("5"):
            return .interrupted(url: url, receivedBytes: receivedBytes, cause: reply)
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_REMOTE_ACCESS_DENIED, CURLE_FTP_COULDNT_RETR_FILE:
            return .notFound(url: url, reply: reply)
        case CURLE_FTP_COULDNT_USE_REST, CURLE_BAD_DOWNLOAD_RESUME, CURLE_RANGE_ERROR:
            return .resumptionRefused(url: url, offset: offset, reply: reply)
        case CURLE_HTTP_RETURNED_ERROR:
            return httpError(url: url)
        default:
            return .interrupted(url: url, receivedBytes: receivedBytes, cause: causeWithRefusal)
        }
    }

    /// libcurl's words, and the server's when those were a refusal: of a 421 libcurl says that the time is over.
    private var causeWithRefusal: String {
        let isRefusal = !answer.isHTTP && (answer.text.hasPrefix("4") || answer.text.hasPrefix("5"))
        return isRefusal ? "\(cause): \(answer.text)" : cause
    }

    private func httpError(url: String) -> SourceError {
        switch answer.status {
        case 401, 403, 407: .loginRefused(url: url, reply: answer.text)
        case 416: .resumptionRefused(url: url, offset: offset, reply: answer.text)
        // Asked for too soon, or too often (RFC 6585, section 4): the server may give it later.
        case 408, 425, 429: .interrupted(url: url, receivedBytes: receivedBytes, cause: answer.text)
        case .some(400..<500): .notFound(url: url, reply: answer.text)
        default: .interrupted(url: url, receivedBytes: receivedBytes, cause: answer.text)
        }
    }
}
