import Glibc
import Runtime
import Testing

/// That nobody on the event loop waits long for the others.
@Suite struct LoopTurnTests {
    /// Works for so long, as seen by the loop's own clock.
    private static func work(_ duration: Duration, on loop: EventLoop) {
        let end = loop.now.advanced(by: duration)
        while loop.now < end {}
    }

    /// Who waits for a time, in an actor of the loop as the engine's tasks do.
    private actor Sleeper {
        nonisolated let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) {
            self.loop = loop
        }

        func sleep(for duration: Duration, then note: @Sendable () -> Void) async {
            try? await loop.sleep(for: duration)
            note()
        }
    }

    /// A hundred jobs are ready at once, of 1 ms each: a timer of 5 ms does not wait for the last of them.
    @Test func aTimerDoesNotWaitForAllReadyJobs() throws {
        let loop = EventLoop()
        let order = LoopBound([Int](), on: loop)
        _ = try loop.run {
            let sleeper = Sleeper(loop)
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await sleeper.sleep(for: .milliseconds(5)) { order.value.append(-1) } }
                for job in 0..<100 {
                    tasks.addTask {
                        Self.work(.milliseconds(1), on: loop)
                        order.value.append(job)
                    }
                }
            }
            // Every job had its turn, once and in order.
            #expect(order.value.filter { $0 >= 0 } == Array(0..<100))
            let place = order.value.firstIndex(of: -1) ?? 100
            #expect(place < 60, "the timer came after \(place) jobs")
        }
    }

    /// A busy host makes the loop's part smaller, never larger.
    @Test func aLoopRestsInProportion() throws {
        let loop = EventLoop()
        let (cpu, wall) = try loop.run { () async -> (Double, Double) in
            loop.processorShare = 0.25
            let start = (cpu: Self.cpuSeconds(), wall: loop.now)
            while start.wall.duration(to: loop.now) < .milliseconds(400) {
                Self.work(.microseconds(100), on: loop)
                await loop.yield()
            }
            return (Self.cpuSeconds() - start.cpu, start.wall.duration(to: loop.now).seconds)
        }.result
        #expect(cpu / wall < 0.32, "\(cpu) s of \(wall) s")
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
