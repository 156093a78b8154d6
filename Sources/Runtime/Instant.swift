/// A point on a loop's clock: the time since that loop began.
///
/// On the event loop it follows `CLOCK_MONOTONIC` (clock_gettime(2)); on the virtual-time loop it jumps from timer to
/// timer. Instants of two loops do not compare.
package struct Instant: InstantProtocol, Sendable {
    package var sinceStart: Duration

    package init(sinceStart: Duration) {
        self.sinceStart = sinceStart
    }

    package static let start = Instant(sinceStart: .zero)

    package func advanced(by duration: Duration) -> Instant {
        Instant(sinceStart: sinceStart + duration)
    }

    package func duration(to other: Instant) -> Duration {
        other.sinceStart - sinceStart
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.sinceStart < right.sinceStart
    }
}

extension Duration {
    /// Seconds as a fraction, for reports and rates; not for arithmetic on instants.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// Whole nanoseconds, rounded down. Traps beyond 292 years.
    package var wholeNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
