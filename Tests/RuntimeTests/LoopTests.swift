import Runtime
import Testing

/// Both loops keep the same promises; `RealLoop` and `VirtualLoop` run one body on either.
enum LoopKind: String, CaseIterable, Sendable {
    case real, virtual

    func run<Success: Sendable>(
        _ body: @escaping @Sendable (any Loop, any Network) async throws -> Success
    ) throws -> Success {
        switch self {
        case .real:
            let loop = EventLoop()
            return try loop.run { () async -> Result<Success, any Error> in
                do { return .success(try await body(loop, TCPNetwork(loop: loop))) } catch { return .failure(error) }
            }.result.get()
        case .virtual:
            let loop = VirtualTimeLoop(seed: 1)
            return try loop.run { () async -> Result<Success, any Error> in
                do { return .success(try await body(loop, VirtualNetwork(loop: loop))) } catch {
                    return .failure(error)
                }
            }.get()
        }
    }
}

@Suite struct LoopTests {
    @Test(arguments: LoopKind.allCases) func sleepersWakeInTheOrderOfTheirDeadlines(kind: LoopKind) throws {
        let order = try kind.run { loop, _ in
            let order = LoopBound<[Int]>([], on: loop)
            await withTaskGroup { group in
                for milliseconds in [30, 10, 20] {
                    group.addTask {
                        try? await loop.sleep(for: .milliseconds(milliseconds))
                        order.value.append(milliseconds)
                    }
                }
            }
            return order.value
        }
        #expect(order == [10, 20, 30])
    }

    @Test(arguments: LoopKind.allCases) func cancelledBeforeTheWaitBeginsIsCancelled(kind: LoopKind) throws {
        let outcome = try kind.run { loop, _ in
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    withUnsafeCurrentTask { $0?.cancel() }
                    do { try await loop.sleep(for: .seconds(3600)) } catch { return true }
                    return false
                }
                return await group.next()!
            }
        }
        #expect(outcome)
    }

    @Test(arguments: LoopKind.allCases) func cancellationEndsAWaitAtAGate(kind: LoopKind) throws {
        let woken = try kind.run { loop, _ in
            let gate = Gate(loop: loop)
            return await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do { try await gate.wait { false } } catch { return true }
                    return false
                }
                group.addTask {
                    try? await loop.sleep(for: .milliseconds(1))
                    return false
                }
                _ = await group.next()
                group.cancelAll()
                return await group.next()!
            }
        }
        #expect(woken)
    }

    @Test(arguments: LoopKind.allCases) func aDeadlineEndsAWaitThatIsTooLong(kind: LoopKind) throws {
        #expect(throws: DeadlinePassed(operation: "answer", limit: .milliseconds(5))) {
            try kind.run { loop, _ in
                try await loop.withDeadline(.milliseconds(5), "answer") { try await loop.sleep(for: .seconds(3600)) }
            }
        }
    }

    @Test(arguments: LoopKind.allCases) func bytesCrossAConnectionWholeAndInOrder(kind: LoopKind) throws {
        let count = 3 << 20
        let received = try kind.run { loop, network in
            let options = SocketOptions(sendBufferBytes: 32 << 10, receiveBufferBytes: 32 << 10)
            let listener = try network.listen(on: .loopback(), options: options)
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask {
                    let connection = try await network.connect(to: listener.endpoint, options: options)
                    try await connection.writeAll((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
                    connection.close()
                    return []
                }
                group.addTask {
                    let connection = try await listener.accept()
                    defer { connection.close() }
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 5000, alignment: 1)
                    defer { buffer.deallocate() }
                    var bytes: [UInt8] = []
                    while let taken = try await connection.readSome(into: buffer) { bytes += buffer[..<taken] }
                    return bytes
                }
                return try await group.reduce([], +)
            }
        }
        #expect(received == (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    }

    @Test(arguments: LoopKind.allCases) func closingWakesWhoeverWaits(kind: LoopKind) throws {
        #expect(throws: ConnectionError.closed) {
            try kind.run { loop, network in
                let listener = try network.listen(on: .loopback(), options: SocketOptions())
                let connection = try await network.connect(to: listener.endpoint, options: SocketOptions())
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await connection.waitUntilReadable() }
                    try await loop.sleep(for: .milliseconds(1))
                    connection.close()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test(arguments: LoopKind.allCases) func nobodyListensIsUnreachable(kind: LoopKind) throws {
        #expect {
            try kind.run { loop, network in
                let listener = try network.listen(on: .loopback(), options: SocketOptions())
                listener.close()
                _ = try await network.connect(to: listener.endpoint, options: SocketOptions())
            }
        } throws: { error in
            guard case ConnectionError.unreachable = error else { return false }
            return true
        }
    }

    @Test func theSameSeedGivesTheSameTraceAndAnotherSeedAnother() throws {
        func trace(_ seed: UInt64) throws -> TraceHash {
            let loop = VirtualTimeLoop(seed: seed)
            try loop.run {
                await withTaskGroup { group in
                    for index in 0..<20 {
                        group.addTask {
                            for _ in 0..<5 { try? await loop.sleep(for: .milliseconds(7)) }
                            loop.record(UInt64(index))
                        }
                    }
                }
            }
            return loop.trace
        }
        #expect(try trace(3) == trace(3))
        #expect(try trace(3) != trace(4))
    }

    @Test func nothingReadyAndNoTimerIsADeadlockWithItsSeed() throws {
        let loop = VirtualTimeLoop(seed: 77)
        let error = #expect(throws: VirtualTimeLoop.Deadlock.self) {
            try loop.run { try? await Gate(loop: loop).wait { false } }
        }
        #expect(error?.seed == 77)
    }

    @Test func virtualTimeJumps() throws {
        let loop = VirtualTimeLoop(seed: 1)
        try loop.run { try? await loop.sleep(for: .seconds(86_400)) }
        #expect(loop.now.sinceStart == .seconds(86_400))
    }
}
