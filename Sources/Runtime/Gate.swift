/// A place where tasks of one loop wait for a condition and are woken together.
///
/// The condition itself stays with its owner, who calls `open` after every change that may make it true. All waiting tasks
/// are woken by one `open`: waking them one at a time costs a context switch a block.
package final class Gate: Sendable {
    private let loop: any Loop
    private let waiters: LoopBound<[Waiter]>

    package init(loop: any Loop) {
        self.loop = loop
        waiters = LoopBound([], on: loop)
    }

    /// Waits until `isSatisfied`, which is looked at now and after every `open`.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, also before the wait began, unless the condition holds
    ///   already.
    package func wait(until isSatisfied: () -> Bool) async throws(CancellationError) {
        while !isSatisfied() {
            try await loop.suspend { waiter in
                if isSatisfied() { waiter.resume() } else { waiters.value.append(waiter) }
            }
        }
    }

    /// Waits as `wait` does, but for a condition that includes the task's cancellation: whoever cancels opens the gate.
    ///
    /// For the hot path, where making every wait cancellable by itself would cost as much as the wait.
    package func waitForOpening(until isSatisfied: () -> Bool) async {
        while !isSatisfied() {
            let waiter = Waiter()
            await withUnsafeContinuation { continuation in
                // Looked at again where the waiter is registered, as in `Loop.suspend`.
                if waiter.begin(continuation) && !isSatisfied() {
                    waiters.value.append(waiter)
                } else {
                    waiter.resume()
                }
            }
        }
    }

    /// Wakes every task that waits now.
    package func open() {
        guard !waiters.value.isEmpty else { return }
        var woken: [Waiter] = []
        swap(&woken, &waiters.value)
        for waiter in woken { waiter.resume() }
        // The storage serves again: a wait in the hot path does not allocate a list.
        woken.removeAll(keepingCapacity: true)
        if waiters.value.isEmpty { swap(&woken, &waiters.value) }
    }
}
