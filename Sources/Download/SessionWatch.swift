import Runtime

/// Ends the conversations whose deadline has passed. Owned by one group, in its isolation.
final class SessionWatch {
    private var sessions: [CardSession] = []

    func add(_ session: CardSession) {
        sessions.append(session)
    }

    func remove(_ session: CardSession) {
        sessions.removeAll { $0 === session }
    }

    /// Looks at every deadline, again and again, until it is cancelled.
    func run(on loop: any Loop) async {
        while (try? await loop.sleep(for: DownloadLimits.watchPeriod)) != nil {
            let now = loop.now
            for session in sessions { session.expire(at: now) }
        }
    }
}
