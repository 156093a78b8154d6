import Runtime

/// What a download agent waits for, and since when.
enum AgentWait {
    /// A block; `full` is for how long the pool had been full by then.
    case block(since: Instant, full: Duration)
    /// The card: room in its window.
    case card(since: Instant)
}
