import CSystem
import Glibc

/// Turns signals into a call on the loop (signalfd(2)). The first one is kept; a second one ends the process at once, so
/// that a person who presses Ctrl-C twice is obeyed.
final class SignalWatch: ReadinessObserver {
    private let loop: EventLoop
    private let descriptor: CInt
    private var registration: Registration?
    private let onFirst: @Sendable () -> Void
    private(set) var first: CInt?

    init(_ signals: [CInt], loop: EventLoop, onFirst: @escaping @Sendable () -> Void) throws(SystemError) {
        self.loop = loop
        self.onFirst = onFirst
        descriptor = try SystemError.checkNegated(csystem_signalfd(signals, CInt(signals.count)))
        registration = try loop.add(descriptor, interest: .readable, trigger: .level, observer: self)
    }

    func descriptor(_ descriptor: CInt, became readiness: Readiness) {
        let signal = csystem_read_signal(descriptor)
        guard signal > 0 else { return }
        if first != nil { _exit(128 + signal) }
        first = signal
        onFirst()
    }

    func close() {
        if let registration { loop.remove(registration) }
        registration = nil
        Glibc.close(descriptor)
    }
}
