/// So many bytes a second, for all who take from it together: on one loop.
///
/// Whoever was late may catch up by 20 ms, so that timers that fire late do not lower the rate.
package final class RateLimit: Sendable {
    private struct State {
        /// nil: no limit.
        var bytesPerSecond: Double?
        /// When all that was taken has been paid for.
        var paidAt = Instant.start
    }

    private static let burst: Duration = .milliseconds(20)
    /// A limit may be changed while somebody waits.
    private static let lookPeriod: Duration = .milliseconds(50)

    private let loop: any Loop
    private let state: LoopBound<State>

    /// - Parameter bytesPerSecond: above zero; nil for no limit.
    package init(bytesPerSecond: Double? = nil, loop: any Loop) {
        self.loop = loop
        state = LoopBound(State(bytesPerSecond: bytesPerSecond), on: loop)
    }

    package var bytesPerSecond: Double? {
        get { state.value.bytesPerSecond }
        set {
            state.value.bytesPerSecond = newValue
            // Nobody pays for what was taken at another rate.
            state.value.paidAt = min(state.value.paidAt, loop.now)
        }
    }

    /// Whether there is any limit.
    package var isLimited: Bool { state.value.bytesPerSecond != nil }

    /// Whether something may be taken now.
    package var isOpen: Bool { state.value.bytesPerSecond == nil || state.value.paidAt <= loop.now }

    /// Takes bytes, whether or not it is open.
    ///
    /// - Returns: when those before them are paid for: from then on they may go.
    @discardableResult
    package func take(_ bytes: Int) -> Instant {
        guard let rate = state.value.bytesPerSecond else { return loop.now }
        let begin = max(state.value.paidAt, loop.now.advanced(by: .zero - Self.burst))
        state.value.paidAt = begin.advanced(by: .seconds(Double(bytes) / rate))
        return begin
    }

    /// Waits until something may be taken.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func wait() async throws(CancellationError) {
        while !isOpen {
            try await loop.sleep(until: min(state.value.paidAt, loop.now.advanced(by: Self.lookPeriod)))
        }
    }

    /// Takes bytes, and waits until they may go: those who come first go first.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func pay(_ bytes: Int) async throws(CancellationError) {
        try await loop.sleep(until: take(bytes))
    }
}
