/// A wait lasted longer than its named limit.
package struct DeadlinePassed: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was waited for: "the card's hello".
    package let operation: String
    package let limit: Duration

    package init(operation: String, limit: Duration) {
        self.operation = operation
        self.limit = limit
    }

    package var description: String {
        "no \(operation) within \(limit)"
    }
}

extension Loop {
    /// Runs `body`, and cancels it when it takes longer than `limit`.
    ///
    /// Costs two child tasks: for a handshake, not for the hot path.
    ///
    /// - Parameter operation: what is waited for, as it reads after "no": "hello from the card".
    /// - Throws: `DeadlinePassed`, or what `body` throws.
    package func withDeadline<Success: Sendable>(
        _ limit: Duration, _ operation: String, _ body: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        let deadline = now.advanced(by: limit)
        return try await withThrowingTaskGroup(of: Success?.self) { group in
            group.addTask(executorPreference: self) { try await body() }
            group.addTask(executorPreference: self) {
                try await self.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            // The deadline's child returns nil when it fires; it throws only when everything is cancelled.
            guard let first = try await group.next(), let success = first else {
                throw DeadlinePassed(operation: operation, limit: limit)
            }
            return success
        }
    }
}
