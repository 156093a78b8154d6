/// One suspended task, resumed exactly once: by what it waits for, or by its cancellation.
///
/// Owned by whoever will resume it and by the suspended call; touched only on the loop's thread, which is why it may be
/// unchecked: `Loop.suspend` makes it there, and sends its cancellation there.
package final class Waiter: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Void, Never>?
    package private(set) var isFinished = false
    private(set) var wasCancelled = false

    init() {}

    /// Takes the continuation; resumes it at once and returns false when the task was cancelled before.
    func begin(_ continuation: UnsafeContinuation<Void, Never>) -> Bool {
        if isFinished {
            continuation.resume()
            return false
        }
        self.continuation = continuation
        return true
    }

    /// Lets the task go on. Does nothing when it was resumed or cancelled before.
    package func resume() {
        guard !isFinished else { return }
        isFinished = true
        continuation?.resume()
        continuation = nil
    }

    func cancel() {
        guard !isFinished else { return }
        wasCancelled = true
        resume()
    }
}
