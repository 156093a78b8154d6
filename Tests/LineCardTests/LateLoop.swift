import Runtime

/// A loop whose timers are late by the same time each, as on a busy host. Everything else is the loop behind it.
final class LateLoop: Loop {
    private let inner: any Loop
    private let lateness: Duration

    init(_ inner: any Loop, lateness: Duration) {
        self.inner = inner
        self.lateness = lateness
    }

    var now: Instant { inner.now }
    var isCurrent: Bool { inner.isCurrent }

    func perform(_ work: @escaping @Sendable () -> Void) { inner.perform(work) }

    func resume(_ waiter: Waiter, at deadline: Instant) {
        inner.resume(waiter, at: deadline.advanced(by: lateness))
    }

    func enqueue(_ job: consuming ExecutorJob) { inner.enqueue(job) }
    func asUnownedSerialExecutor() -> UnownedSerialExecutor { inner.asUnownedSerialExecutor() }
}
