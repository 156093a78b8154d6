/// What engine and card code runs on: the executor of its tasks and actors, and their clock.
///
/// There are two: `EventLoop` (epoll, real time) and `VirtualTimeLoop` (deterministic, from a seed). Code that is handed
/// a loop runs on either unchanged, as long as it keeps to three rules, which a test holds: no unstructured task, no
/// time but `now` and `sleep`, no other executor.
///
/// Everything except `perform` must be called on the loop's own thread.
package protocol Loop: TaskExecutor, SerialExecutor {
    var now: Instant { get }

    /// When the loop looked at the clock last, once a turn: `now` without a system call, for book-keeping on the hot path. Less
    /// than the longest turn behind.
    var turnTime: Instant { get }

    /// Whether the caller runs on this loop's thread.
    var isCurrent: Bool { get }

    /// Runs `work` on the loop's thread: at once when already there, else soon, in order. May be called from any thread.
    func perform(_ work: @escaping @Sendable () -> Void)

    /// Resumes `waiter` when the clock reaches `deadline`; a waiter that was resumed before is passed over.
    func resume(_ waiter: Waiter, at deadline: Instant)
}

extension Loop {
    package var turnTime: Instant { now }

    /// Traps when the caller is on another thread: that is a bug in the caller, not a condition to handle.
    @inline(__always)
    package func preconditionCurrent() {
        precondition(isCurrent, "called from outside of the loop's thread")
    }

    /// Waits until the clock reaches `deadline`; returns at once when it has.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, also before the wait began.
    package func sleep(until deadline: Instant) async throws(CancellationError) {
        if deadline <= now {
            guard !Task.isCancelled else { throw CancellationError() }
            return
        }
        try await suspend { resume($0, at: deadline) }
    }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: now.advanced(by: duration))
    }

    /// Waits for `duration` whether or not the task is cancelled: for the orderly end that cancellation leads to.
    package func sleepDespiteCancellation(for duration: Duration) async {
        let deadline = now.advanced(by: duration)
        await suspendUntilResumed { resume($0, at: deadline) }
    }

    /// Suspends the task until somebody resumes the waiter that `register` was given; cancellation does not.
    package func suspendUntilResumed(_ register: (Waiter) -> Void) async {
        preconditionCurrent()
        let waiter = Waiter()
        await withUnsafeContinuation { continuation in
            if waiter.begin(continuation) { register(waiter) }
        }
    }

    /// Lets every other ready job run once.
    package func yield() async {
        await Task.yield()
    }

    /// Suspends the task until somebody resumes the waiter that `register` was given.
    ///
    /// Between the caller's last look at its condition and `register` other tasks may run: a task that is not isolated to
    /// an actor of this loop is enqueued anew by every call of an asynchronous function. So look again in `register`.
    ///
    /// - Parameters:
    ///   - isolation: the caller's. A task that is isolated to an actor of this loop stays on it, and is enqueued only when it is
    ///     resumed; any other is enqueued six times more.
    ///   - register: stores the waiter where its resumer will find it, or resumes it at once when there is nothing to wait
    ///     for; called on the loop, at most once, and not at all when the task is already cancelled.
    /// - Throws: `CancellationError` when the task is cancelled before the waiter is resumed.
    package func suspend(
        isolation: isolated (any Actor)? = #isolation, _ register: (Waiter) -> Void
    ) async throws(CancellationError) {
        preconditionCurrent()
        let waiter = Waiter()
        await withTaskCancellationHandler {
            // Only a closure that mentions it is isolated to it.
            _ = isolation
            await withUnsafeContinuation { continuation in
                if waiter.begin(continuation) { register(waiter) }
            }
        } onCancel: {
            perform { waiter.cancel() }
        }
        if waiter.wasCancelled { throw CancellationError() }
    }

    package func checkIsolated() {
        preconditionCurrent()
    }

    package func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }
}
