/// Who waits for one descriptor, and what is known of it: the owner of waiting behind a connection or a listener.
///
/// Edge-triggered: a flag stays up until a call finds nothing (`EAGAIN`), so that the hot path makes no epoll call. Touched
/// on the loop's thread alone.
package final class DescriptorReadiness: ReadinessObserver {
    private let loop: EventLoop
    let descriptor: CInt
    private var registration: Registration?
    var isReadable = false
    var isWritable = false
    /// The end of the stream is among what is unread, so that a short read does not mean "nothing more".
    private(set) var hasEnded = false
    private var reader: Waiter?
    private var writer: Waiter?

    package init(_ descriptor: CInt, interest: Interest, loop: EventLoop) throws(SystemError) {
        self.loop = loop
        self.descriptor = descriptor
        registration = try loop.add(descriptor, interest: interest, trigger: .edge, observer: self)
    }

    var isOpen: Bool { registration != nil }

    package func descriptor(_ descriptor: CInt, became readiness: Readiness) {
        if readiness.hasEnded { hasEnded = true }
        if readiness.isReadable {
            isReadable = true
            reader?.resume()
            reader = nil
        }
        if readiness.isWritable {
            isWritable = true
            writer?.resume()
            writer = nil
        }
    }

    package func waitUntilReadable() async throws(ConnectionError) {
        while isOpen && !isReadable {
            do {
                try await loop.suspend { waiter in
                    if isReadable || !isOpen { return waiter.resume() }
                    precondition(reader?.isFinished ?? true, "two tasks wait to read one connection")
                    reader = waiter
                }
            } catch {
                throw .cancelled
            }
        }
        guard isOpen else { throw .closed }
    }

    package func waitUntilWritable() async throws(ConnectionError) {
        while isOpen && !isWritable {
            do {
                try await loop.suspend { waiter in
                    if isWritable || !isOpen { return waiter.resume() }
                    precondition(writer?.isFinished ?? true, "two tasks wait to write one connection")
                    writer = waiter
                }
            } catch {
                throw .cancelled
            }
        }
        guard isOpen else { throw .closed }
    }

    package func close() {
        guard let registration else { return }
        loop.remove(registration)
        self.registration = nil
        reader?.resume()
        writer?.resume()
        reader = nil
        writer = nil
    }
}
