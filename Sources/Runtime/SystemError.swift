import Glibc

/// The error of a system call: an `errno` value (errno(3)) with its text.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let code: CInt

    package init(code: CInt) {
        self.code = code
    }

    /// The calling thread's `errno`; read it right after the call that failed.
    package static var last: SystemError {
        SystemError(code: errno)
    }

    package var description: String {
        String(cString: strerror(code))
    }

    /// The result of a call that returns -1 on failure.
    package static func check(_ result: CInt) throws(SystemError) -> CInt {
        guard result >= 0 else { throw .last }
        return result
    }

    /// The result of a call of `CSystem`, which returns `-errno` on failure.
    package static func checkNegated(_ result: CInt) throws(SystemError) -> CInt {
        guard result >= 0 else { throw SystemError(code: -result) }
        return result
    }
}
