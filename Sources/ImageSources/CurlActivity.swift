private import CCurl
import Runtime

/// The sockets and the timer that libcurl wants watched, on the event loop (curl_multi_socket_action(3)).
///
/// Owned by one transfer, touched on the loop's thread alone.
final class CurlActivity: ReadinessObserver {
    private let multi: UnsafeMutableRawPointer
    private let loop: EventLoop
    /// By descriptor; a transfer has two at most, control and data.
    private var registrations: [CInt: Registration] = [:]
    private var ready: [(descriptor: CInt, bits: CInt)] = []
    private var deadline: Instant?
    private var waiter: Waiter?
    /// With FTPS, libcurl 7.88 no longer wants the control connection watched while the data connection's TLS hand-shake
    /// waits, and that waits for the answer to a command: the transfer would stand still until it times out. So we go on
    /// watching it until the first byte, and have libcurl look at everything when something comes there.
    private var keepsFirstWatched: Bool
    private var firstDescriptor: CInt?
    /// Watched by us alone.
    private var isFirstForgotten = false
    private var hasNewsOnForgotten = false

    /// - Parameter isEncryptedFTP: see `keepsFirstWatched`.
    init(multi: UnsafeMutableRawPointer, isEncryptedFTP: Bool, loop: EventLoop) {
        self.multi = multi
        self.loop = loop
        keepsFirstWatched = isEncryptedFTP
    }

    func install() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_socket_function(multi, onSocketChange, context)
        ccurl_multi_set_timer_function(multi, onTimerChange, context)
    }

    func close() {
        for descriptor in registrations.keys.sorted() { loop.remove(registrations[descriptor]!) }
        registrations = [:]
    }

    /// Waits until a socket is ready or the timer is due.
    func wait() async throws(CancellationError) {
        guard !hasNews else { return }
        try await loop.suspend { waiter in
            guard !hasNews else { return waiter.resume() }
            self.waiter = waiter
            if let deadline { loop.resume(waiter, at: deadline) }
        }
    }

    private var hasNews: Bool { !ready.isEmpty || hasNewsOnForgotten }

    /// From the first byte on libcurl looks after its connections itself.
    func dataHasCome() {
        guard keepsFirstWatched else { return }
        keepsFirstWatched = false
        if isFirstForgotten, let firstDescriptor { forget(firstDescriptor) }
    }

    /// libcurl is about to close it.
    func forget(_ descriptor: CInt) {
        if let registration = registrations.removeValue(forKey: descriptor) { loop.remove(registration) }
        ready.removeAll { $0.descriptor == descriptor }
        guard descriptor == firstDescriptor else { return }
        isFirstForgotten = false
        hasNewsOnForgotten = false
        keepsFirstWatched = false
    }

    /// Lets libcurl work on what is ready; it calls its callbacks from here.
    func act() {
        var running: CInt = 0
        let events = ready
        ready.removeAll(keepingCapacity: true)
        // A descriptor may have been closed by the action before; libcurl passes over one that it does not know.
        for event in events { curl_multi_socket_action(multi, event.descriptor, event.bits, &running) }
        if hasNewsOnForgotten {
            hasNewsOnForgotten = false
            ccurl_multi_act_on_all(multi, &running)
        }
        if let deadline, deadline <= loop.now {
            self.deadline = nil
            curl_multi_socket_action(multi, CURL_SOCKET_BAD, 0, &running)
        }
    }

    package func descriptor(_ descriptor: CInt, became readiness: Readiness) {
        var bits: CInt = 0
        if readiness.isReadable { bits |= CURL_CSELECT_IN }
        if readiness.isWritable { bits |= CURL_CSELECT_OUT }
        // Level-triggered: told again at every turn until it is acted upon, so once is enough here.
        if isFirstForgotten && descriptor == firstDescriptor {
            hasNewsOnForgotten = true
        } else if !ready.contains(where: { $0.descriptor == descriptor }) {
            ready.append((descriptor, bits))
        }
        waiter?.resume()
        waiter = nil
    }

    /// libcurl wants another watch on a socket, or none (CURLMOPT_SOCKETFUNCTION(3)).
    fileprivate func watch(_ descriptor: CInt, _ what: CInt) {
        if firstDescriptor == nil { firstDescriptor = descriptor }
        let isKept = keepsFirstWatched && descriptor == firstDescriptor
        if isKept { isFirstForgotten = what == CURL_POLL_REMOVE }
        guard what != CURL_POLL_REMOVE || isKept else { return forget(descriptor) }
        var interest: Interest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        if what == CURL_POLL_REMOVE {
            interest = .readable
            ready.removeAll { $0.descriptor == descriptor }
        }
        do {
            if let registration = registrations[descriptor] {
                try loop.modify(registration, interest: interest)
            } else {
                registrations[descriptor] = try loop.add(
                    descriptor, interest: interest, trigger: .level, observer: self)
            }
        } catch {
            // Without a watch the transfer ends by libcurl's own time limits, with their reason.
            registrations[descriptor] = nil
        }
    }

    /// libcurl wants to be called after a time; negative: no more (CURLMOPT_TIMERFUNCTION(3)).
    fileprivate func setTimer(milliseconds: Int) {
        guard milliseconds >= 0 else {
            deadline = nil
            return
        }
        deadline = loop.now.advanced(by: .milliseconds(milliseconds))
        if let waiter { loop.resume(waiter, at: deadline!) }
    }
}

private func activity(_ context: UnsafeMutableRawPointer?) -> CurlActivity {
    Unmanaged<CurlActivity>.fromOpaque(context!).takeUnretainedValue()
}

private func onSocketChange(
    _ easy: UnsafeMutableRawPointer?, _ descriptor: curl_socket_t, _ what: CInt, _ context: UnsafeMutableRawPointer?,
    _ own: UnsafeMutableRawPointer?
) -> CInt {
    activity(context).watch(descriptor, what)
    return 0
}

private func onTimerChange(_ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?)
    -> CInt
{
    activity(context).setTimer(milliseconds: milliseconds)
    return 0
}
