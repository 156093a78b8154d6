private import COpenSSL

/// libcrypto's queue of errors, one for each thread (ERR_get_error(3)).
///
/// Cleared before each call, since SSL_get_error(3) looks at it, and drained right where a call failed.
enum ErrorQueue {
    /// The error that came first: what follows it only says that its callers failed too.
    struct Entry {
        let code: UInt

        /// Of libssl's own reasons; nil for another library's.
        var sslReason: Int32? {
            ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : nil
        }

        /// The number of the alert that the peer has sent, if it is that.
        var alert: Int32? {
            sslReason.flatMap { $0 >= SSL_AD_REASON_OFFSET ? $0 - SSL_AD_REASON_OFFSET : nil }
        }

        var description: String {
            ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(String(code, radix: 16))"
        }
    }

    static func clear() {
        ERR_clear_error()
    }

    /// Takes the first entry, and drops the rest.
    static func drain() -> Entry? {
        let code = ERR_get_error()
        ERR_clear_error()
        return code == 0 ? nil : Entry(code: code)
    }

    static func drainedReason() -> String {
        drain()?.description ?? "no reason is known"
    }
}
