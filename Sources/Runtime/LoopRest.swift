import CSystem
import Glibc

/// Keeps a loop to its part of a processor: it rests in proportion to what it has used.
///
/// In small slices, so that who waits for the loop does not wait for long: at 50 %, 2 ms of work are followed by 2 ms of rest.
struct LoopRest {
    /// Work and rest together, where there is always work.
    private static let cycle: Duration = .milliseconds(4)
    /// Less is not worth a system call.
    private static let leastRest: Duration = .microseconds(200)
    /// What may be owed, and what may be saved: a loop that had nothing to do for a while may use the processor for so long.
    private static let mostOwed: Duration = .milliseconds(100)
    private static let mostSaved: Duration = .milliseconds(4)

    private let share: Double
    private var owed: Duration = .zero
    private var cpuTime = Self.threadTime(CLOCK_THREAD_CPUTIME_ID)
    private var wallTime = Self.threadTime(CLOCK_MONOTONIC)

    /// - Parameter share: above 0, at most 1.
    init(share: Double) {
        self.share = share
    }

    /// How long a turn may be.
    var longestTurn: Duration { Self.cycle * share }

    /// Sleeps, blocking the thread, if the loop has used more than its part.
    mutating func restIfDue() {
        account()
        guard owed >= Self.leastRest else { return }
        let rest = min(owed, Self.cycle)
        var time = timespec(tv_sec: 0, tv_nsec: Int(rest.wholeNanoseconds))
        nanosleep(&time, nil)
        account()
    }

    private mutating func account() {
        let cpu = Self.threadTime(CLOCK_THREAD_CPUTIME_ID)
        let wall = Self.threadTime(CLOCK_MONOTONIC)
        owed += (cpu - cpuTime) / share - (wall - wallTime)
        owed = max(.zero - Self.mostSaved, min(owed, Self.mostOwed))
        cpuTime = cpu
        wallTime = wall
    }

    private static func threadTime(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return Duration(secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000)
    }
}
