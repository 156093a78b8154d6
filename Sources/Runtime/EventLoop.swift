import CSystem
import Glibc

/// The real-time loop: one thread that runs ready jobs, then waits in epoll(7) for descriptors and timers.
///
/// The thread that calls `run` is the loop's thread; all fields are touched on it alone, which is why the class may be
/// unchecked. What other threads have for it goes through the inbox.
package final class EventLoop: Loop, @unchecked Sendable {
    /// Job batches run between two looks at the descriptors, so that jobs that yield to each other cannot starve a socket.
    private static let batchesPerPoll = 64
    /// Events taken by one epoll_wait(2); more of them wait for the next turn.
    private static let eventsPerPoll = 256

    private let origin: Duration
    private let inbox = Inbox()
    private var thread: pthread_t?
    private var ready: [UnownedJob] = []
    package private(set) var turnTime = Instant.start
    private var timers = TimerHeap()
    private let epoll: CInt
    private var registrations: [Registration?] = []
    private var freeSlots: [Int] = []
    private var generation: UInt32 = 0

    package init() {
        epoll = csystem_epoll_create()
        precondition(epoll >= 0, "epoll_create1: \(SystemError(code: -epoll))")
        origin = Self.monotonicTime()
        let status = csystem_epoll_add(epoll, inbox.wakeDescriptor, CInt(CSYSTEM_READABLE), 0, Self.inboxToken)
        precondition(status == 0, "epoll_ctl: \(SystemError(code: -status))")
    }

    deinit {
        close(epoll)
    }

    // MARK: Clock

    package var now: Instant {
        Instant(sinceStart: Self.monotonicTime() - origin)
    }

    /// What CLOCK_MONOTONIC showed when the loop's time was 0: all programs of a machine share it.
    package var monotonicOrigin: Duration { origin }

    private static func monotonicTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Duration(secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000)
    }

    package func resume(_ waiter: Waiter, at deadline: Instant) {
        preconditionCurrent()
        timers.add(waiter, at: deadline)
    }

    // MARK: Executor

    package var isCurrent: Bool {
        guard let thread else { return false }
        return pthread_equal(thread, pthread_self()) != 0
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { ready.append(job) } else { inbox.add(.job(job)) }
    }

    package func perform(_ work: @escaping @Sendable () -> Void) {
        if isCurrent { work() } else { inbox.add(.work(work)) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    // MARK: Running

    /// Runs `body` and everything that it starts on the calling thread, and returns what it returns.
    ///
    /// - Parameter signals: cancel `body` when one of them arrives (SIGINT, SIGTERM); they stay blocked in this thread.
    /// - Returns: the result of `body`, and the signal that came first, if any did.
    package func run<Success: Sendable>(
        cancellingOn signals: [CInt] = [], _ body: @escaping @Sendable () async -> Success
    ) throws(SystemError) -> (result: Success, signal: CInt?) {
        precondition(thread == nil, "the loop runs already")
        thread = pthread_self()
        defer { thread = nil }
        let result = LoopBound<Success?>(nil, on: self)
        let root = Task(executorPreference: self) {
            let success = await body()
            result.value = success
        }
        let watch = signals.isEmpty ? nil : try SignalWatch(signals, loop: self) { root.cancel() }
        var events = PollBuffer(capacity: Self.eventsPerPoll)
        turnUntil({ result.value != nil }, &events)
        watch?.close()
        return (result.value!, watch?.first)
    }

    private func turnUntil(_ isDone: () -> Bool, _ events: inout PollBuffer) {
        var batch: [UnownedJob] = []
        while true {
            for _ in 0..<Self.batchesPerPoll where !ready.isEmpty {
                swap(&batch, &ready)
                for job in batch {
                    job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
                }
                batch.removeAll(keepingCapacity: true)
            }
            if isDone() { return }
            poll(&events)
            turnTime = now
            while let waiter = timers.takeDue(at: turnTime) { waiter.resume() }
        }
    }

    private func poll(_ events: inout PollBuffer) {
        var timeout: Int64 = -1
        if !ready.isEmpty {
            timeout = 0
        } else if let deadline = timers.earliest() {
            timeout = max(0, now.duration(to: deadline).wholeNanoseconds)
        }
        let count = csystem_epoll_wait(epoll, events.tokens, events.bits, CInt(events.capacity), timeout)
        if count == -EINTR { return }
        precondition(count >= 0, "epoll_wait: \(SystemError(code: -count))")
        for index in 0..<Int(count) {
            let token = events.tokens[index]
            if token == Self.inboxToken {
                drainInbox()
            } else if let registration = registrations[Int(token & 0xFFFF_FFFF)], registration.token == token {
                registration.report(events.bits[index])
            }
        }
    }

    private func drainInbox() {
        for item in inbox.takeAll() {
            switch item {
            case .job(let job): ready.append(job)
            case .work(let work): work()
            }
        }
    }

    // MARK: Descriptors

    private static let inboxToken = UInt64.max

    /// Watches `descriptor` from now on. The caller must `remove` the registration before it closes the descriptor.
    ///
    /// - Throws: the error of epoll_ctl(2).
    package func add(_ descriptor: CInt, interest: Interest, trigger: Trigger, observer: any ReadinessObserver)
        throws(SystemError) -> Registration
    {
        preconditionCurrent()
        let slot = freeSlots.popLast() ?? registrations.count
        if slot == registrations.count { registrations.append(nil) }
        generation &+= 1
        // Never the inbox's token: a slot has 32 bits and a process far fewer descriptors.
        let registration = Registration(
            descriptor: descriptor, token: UInt64(generation) << 32 | UInt64(slot), trigger: trigger, observer: observer
        )
        let status = csystem_epoll_add(epoll, descriptor, interest.rawValue, trigger.rawValue, registration.token)
        guard status == 0 else {
            freeSlots.append(slot)
            throw SystemError(code: -status)
        }
        registrations[slot] = registration
        return registration
    }

    package func modify(_ registration: Registration, interest: Interest) throws(SystemError) {
        preconditionCurrent()
        _ = try SystemError.checkNegated(
            csystem_epoll_modify(
                epoll, registration.descriptor, interest.rawValue, registration.trigger.rawValue, registration.token))
    }

    package func remove(_ registration: Registration) {
        preconditionCurrent()
        let slot = Int(registration.token & 0xFFFF_FFFF)
        guard registrations[slot] === registration else { return }
        // The descriptor may be gone already (libcurl closes its own): then epoll forgot it by itself.
        _ = csystem_epoll_remove(epoll, registration.descriptor)
        registrations[slot] = nil
        freeSlots.append(slot)
    }
}

/// Room for the events of one epoll_wait(2).
private struct PollBuffer: ~Copyable {
    let capacity: Int
    let tokens: UnsafeMutablePointer<UInt64>
    let bits: UnsafeMutablePointer<CInt>

    init(capacity: Int) {
        self.capacity = capacity
        tokens = .allocate(capacity: capacity)
        bits = .allocate(capacity: capacity)
    }

    deinit {
        tokens.deallocate()
        bits.deallocate()
    }
}
