private import COpenSSL

/// libcrypto cannot make a certificate: it has no memory, or a name is too long.
package struct CertificateError: Error, Equatable, Sendable, CustomStringConvertible {
    package let operation: String
    package let reason: String

    /// Takes the reason from libcrypto's queue of errors, and empties that.
    init(_ operation: String) {
        self.operation = operation
        let code = ERR_get_error()
        reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason is known"
        ERR_clear_error()
    }

    package var description: String { "\(operation): \(reason)" }
}
