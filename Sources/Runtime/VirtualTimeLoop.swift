import Glibc

/// The deterministic loop: one thread, a clock that jumps, and an order of jobs that is drawn from a seed.
///
/// Ready jobs run in a random order; when none is ready, time jumps to the next timer. Nothing ready and no timer while
/// the body has not ended is a deadlock, and a bug: `run` throws it with the seed. The same seed and the same code give the
/// same trace hash. Touched on the thread of `run` alone, hence unchecked; a job from another thread traps, because a
/// task has escaped.
package final class VirtualTimeLoop: Loop, @unchecked Sendable {
    package let seed: UInt64
    package private(set) var now = Instant.start
    /// Jobs run so far.
    package private(set) var jobCount = 0
    /// A hash over every choice, every jump of the clock, and all that was `record`ed.
    package private(set) var trace = TraceHash()

    private var random: SplitMix64
    private var thread: pthread_t?
    private var ready: [UnownedJob] = []
    private var timers = TimerHeap()

    package init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
    }

    /// The body waits for something that can no longer happen.
    package struct Deadlock: Error, CustomStringConvertible {
        package let seed: UInt64
        package let at: Instant

        package var description: String {
            "deadlock at \(at.sinceStart) of virtual time, seed \(seed): no task is ready and no timer is set"
        }
    }

    package var isCurrent: Bool {
        guard let thread else { return false }
        return pthread_equal(thread, pthread_self()) != 0
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        precondition(isCurrent, "a task escaped the virtual-time loop")
        ready.append(UnownedJob(job))
    }

    package func perform(_ work: @escaping @Sendable () -> Void) {
        precondition(isCurrent, "a task escaped the virtual-time loop")
        work()
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    package func resume(_ waiter: Waiter, at deadline: Instant) {
        preconditionCurrent()
        timers.add(waiter, at: deadline)
    }

    /// Adds a value of the run (a block's index, a state's number) to the trace hash.
    package func record(_ value: UInt64) {
        preconditionCurrent()
        trace.add(value)
    }

    /// Runs `body` and everything that it starts to its end, in virtual time.
    ///
    /// - Throws: `Deadlock`. Its tasks stay suspended for ever, and what they hold is not freed.
    package func run<Success: Sendable>(_ body: @escaping @Sendable () async -> Success) throws(Deadlock) -> Success {
        precondition(thread == nil, "the loop runs already")
        thread = pthread_self()
        defer { thread = nil }
        let result = LoopBound<Success?>(nil, on: self)
        _ = Task(executorPreference: self) {
            let success = await body()
            result.value = success
        }
        while result.value == nil {
            if !ready.isEmpty {
                runOneJob()
            } else if let deadline = timers.earliest() {
                advance(to: deadline)
            } else {
                throw Deadlock(seed: seed, at: now)
            }
        }
        return result.value!
    }

    private func runOneJob() {
        let choice = ready.count == 1 ? 0 : Int(random.next() % UInt64(ready.count))
        ready.swapAt(choice, ready.count - 1)
        let job = ready.removeLast()
        jobCount += 1
        trace.add(UInt64(choice))
        job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }

    private func advance(to deadline: Instant) {
        now = max(now, deadline)
        trace.add(UInt64(bitPattern: now.sinceStart.wholeNanoseconds))
        while let waiter = timers.takeDue(at: now) { waiter.resume() }
    }
}
