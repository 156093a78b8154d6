private import COpenSSL

/// Why a function of libcrypto's failed: the newest entry of its error queue, which is empty afterwards (ERR_get_error(3)).
package struct OpenSSLFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    /// Drains the queue; to be made right where the call failed, as the queue is the thread's.
    init(_ what: String) {
        var reason = ""
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            if let text = ERR_reason_error_string(code) { reason = String(cString: text) }
        }
        description = reason.isEmpty ? what : "\(what): \(reason)"
    }
}
