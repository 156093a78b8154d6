import Faults
import Links
import Runtime

extension FileSession {
    /// Sends what `transfer` has to send, and says how it ended.
    ///
    /// - Returns: false when the session is over.
    func carry(_ transfer: Transfer) async throws -> Bool {
        guard case .file = transfer.source else { return try await carryOn(transfer) }
        let transfer = transfer.begun(in: context.conduct)
        defer { context.conduct.endTransfer() }
        return try await carryOn(transfer)
    }

    private func carryOn(_ transfer: Transfer) async throws -> Bool {
        if case .file(_, _, let name) = transfer.source {
            context.counts.value.retrieves += 1
            context.counts.value.files[name, default: FileCounts()].retrieves += 1
        }
        do {
            try await send(Reply(150, "Here it comes"))
        } catch {
            transfer.data.close()
            throw error
        }
        let outcome = try await outcome(of: transfer)
        if outcome == .complete, case .file(_, _, let name) = transfer.source {
            context.counts.value.completedRetrieves += 1
            context.counts.value.files[name, default: FileCounts()].completedRetrieves += 1
        }
        guard outcome != .controlLost, outcome != .broken else { return false }
        if outcome == .complete, transfer.faults.completion == .closed { return false }
        if outcome == .complete, transfer.faults.completion == .withheld { return try await hold() }
        try await send(outcome.reply)
        if outcome == .aborted { try await send(Reply(226, "ABOR done")) }
        return true
    }

    /// Says nothing more, until the client leaves.
    ///
    /// - Returns: false: then the session is over.
    private func hold() async throws -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
        defer { buffer.deallocate() }
        while try await control.readSome(into: buffer) != nil {}
        return false
    }

    /// Runs a transfer and closes its connection: with all that was sent on its way when it is complete; in any other case
    /// at once.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    private func outcome(of transfer: Transfer) async throws -> TransferOutcome {
        let isLinked = context.settings.link != .unlimited || context.conditions != nil
        let link = isLinked ? sharedLink(transfer.data) : nil
        transferredBytes = 0
        let outcome = await withTaskGroup(of: TransferOutcome?.self) { group in
            if let link {
                group.addTask(executorPreference: loop) {
                    await link.pump()
                    return nil
                }
            }
            group.addTask(executorPreference: loop) { await self.sendAll(of: transfer, by: link) }
            group.addTask(executorPreference: loop) { await self.watchControl() }
            group.addTask(executorPreference: loop) { await self.watchProgress() }
            defer {
                transfer.data.close()
                group.cancelAll()
            }
            for await outcome in group {
                if let outcome { return outcome as TransferOutcome? }
            }
            return nil
        }
        guard let outcome else { throw CancellationError() }
        return outcome
    }

    /// A data connection's way through the server's one line: the line downstream is that of all data connections.
    private func sharedLink(_ data: any Connection) -> LinkedConnection {
        let upstream = LoopBound(LinkDirection(context.settings.link), on: loop)
        return LinkedConnection(
            data, incoming: upstream, outgoing: context.downstream, conditions: context.conditions, isCardEnd: false,
            loop: loop)
    }

    /// - Returns: nil when the task was cancelled.
    private func sendAll(of transfer: Transfer, by link: LinkedConnection?) async -> TransferOutcome? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Transfer.pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        let connection: any Connection = link ?? transfer.data
        var pieces = 0
        do {
            while let piece = try transfer.announcedPiece(after: transferredBytes, into: buffer) {
                try await send(piece, of: transfer.source, on: connection)
                pieces += 1
                if pieces.isMultiple(of: Transfer.piecesPerTurn) { await loop.yield() }
                guard !Task.isCancelled else { return nil }
            }
            context.conduct.announce(.phase(.end))
            try await link?.drain()
            return .complete
        } catch TransferOutcome.stuck {
            // The client's leaving, which `watchControl` sees, ends this wait.
            try? await loop.sleep(for: context.settings.limits.transferStallTime)
            return nil
        } catch let error as TransferOutcome {
            return error
        } catch let error as ConnectionError {
            return error == .cancelled ? nil : .dataLost(error)
        } catch {
            preconditionFailure("a transfer has no other error: \(error)")
        }
    }

    private func send(
        _ piece: UnsafeRawBufferPointer, of source: Transfer.Source, on connection: any Connection
    ) async throws(ConnectionError) {
        var rest = piece
        while true {
            let count = try connection.write(rest, .empty)
            transferredBytes += count
            if count > 0, case .file(_, _, let name) = source {
                context.counts.value.imageBytes += UInt64(count)
                context.counts.value.files[name, default: FileCounts()].imageBytes += UInt64(count)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            if rest.isEmpty { return }
            try await connection.waitUntilWritable()
        }
    }

    /// - Returns: nil when the task was cancelled.
    private func watchProgress() async -> TransferOutcome? {
        var seen = -1
        while transferredBytes > seen {
            seen = transferredBytes
            do { try await loop.sleep(for: context.settings.limits.transferStallTime) } catch { return nil }
        }
        return .stalled
    }
}
