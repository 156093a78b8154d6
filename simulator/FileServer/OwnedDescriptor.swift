import Glibc
import Runtime

/// A file descriptor that is closed when its owner lets go of it.
struct OwnedDescriptor: ~Copyable {
    let value: CInt

    /// Takes over the descriptor that a system call returned.
    ///
    /// - Throws: the call's error when it returned -1.
    init(_ value: CInt) throws(SystemError) {
        self.value = try SystemError.check(value)
    }

    deinit {
        close(value)
    }

    /// Gives the descriptor to somebody else who will close it.
    consuming func release() -> CInt {
        let value = value
        discard self
        return value
    }
}
