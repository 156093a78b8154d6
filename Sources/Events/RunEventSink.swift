/// Whoever wants a run's events: a file, a display, a report. Told in order, on the loop's thread; it must not wait.
package protocol RunEventSink: Sendable {
    func note(_ event: RunEvent)
    /// Nothing more will come.
    func finish()
}

extension RunEventSink {
    package func finish() {}
}
