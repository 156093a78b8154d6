import Runtime
import TLS
import Testing

/// Connections under TLS, on either loop.
@Suite struct ConnectionTests {
    /// How a side's handshake ends.
    private static func shakeHands(
        _ inner: any Connection, _ context: TLSContext, _ loop: any Loop
    ) async -> Result<TLSConnection, ConnectionError> {
        do throws(ConnectionError) {
            return .success(try await TLSConnection.secured(inner, by: context, loop: loop))
        } catch {
            return .failure(error)
        }
    }

    /// How each side's ends.
    private static func shakeHands(
        _ pair: Parties.Pair, _ ends: Ends, _ loop: any Loop
    ) async throws -> (card: Result<TLSConnection, ConnectionError>, ce: Result<TLSConnection, ConnectionError>) {
        let contexts = try pair.contexts()
        async let card = shakeHands(ends.card, contexts.card, loop)
        let ce = await shakeHands(ends.ce, contexts.ce, loop)
        return (await card, ce)
    }

    private static func connected(
        _ network: any Network, _ loop: any Loop, bufferBytes: Int? = nil
    ) async throws -> (card: TLSConnection, ce: TLSConnection) {
        let sides = try await shakeHands(
            Parties.pair(), Ends.make(network, bufferBytes: bufferBytes), loop)
        return (try sides.card.get(), try sides.ce.get())
    }

    private static func readAll(_ connection: any Connection) async throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 50_000, alignment: 8)
        defer { buffer.deallocate() }
        var text: [UInt8] = []
        while let count = try await connection.readSome(into: buffer) { text += buffer[..<count] }
        return text
    }

    /// More than all buffers on the way hold, both ways at once, each side waiting for the other.
    @Test(arguments: LoopKind.allCases, [16 << 10, nil]) func bothDirectionsCarryWhatWasWritten(
        kind: LoopKind, bufferBytes: Int?
    ) throws {
        let text = sample(1_000_000)
        let received = try kind.run { loop, network in
            let sides = try await Self.connected(network, loop, bufferBytes: bufferBytes)
            #expect(sides.card.peer == Parties.ceName && sides.ce.peer == Parties.cardName)
            return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                for side in [sides.card, sides.ce] {
                    group.addTask {
                        // In one write for each 100,000 bytes: more than one write encrypts.
                        for start in stride(from: 0, to: text.count, by: 100_000) {
                            try await side.writeAll(Array(text[start..<start + 100_000]))
                        }
                        side.finishWriting()
                        return nil
                    }
                    group.addTask { try await Self.readAll(side) }
                }
                var received: [[UInt8]] = []
                for try await text in group { if let text { received.append(text) } }
                return received
            }
        }
        #expect(received == [text, text])
    }

    @Test(arguments: LoopKind.allCases) func closingIsAnOrderlyEnd(kind: LoopKind) throws {
        let text = try kind.run { loop, network in
            let sides = try await Self.connected(network, loop)
            try await sides.ce.writeAll(sample(10))
            sides.ce.close()
            #expect(throws: ConnectionError.closed) { try sides.ce.write(.empty, .empty) }
            return try await Self.readAll(sides.card)
        }
        #expect(text == sample(10))
    }

    @Test(arguments: LoopKind.allCases) func aTransportThatEndsWithoutGoodbyeIsBroken(kind: LoopKind) throws {
        let error = try kind.run { loop, network -> ConnectionError? in
            let ends = try await Ends.make(network)
            let sides = try await Self.shakeHands(Parties.pair(), ends, loop)
            try await sides.ce.get().writeAll(sample(10))
            ends.ce.close()
            do { _ = try await Self.readAll(sides.card.get()) } catch { return error as? ConnectionError }
            return nil
        }
        #expect(error == .broken("TLS: the connection was cut off; the CE has not closed it (no close_notify)"))
    }

    /// Neither side loses the alert, though the CE has spoken before the card looked at its certificate.
    @Test(arguments: LoopKind.allCases) func aRefusedCEReadsWhy(kind: LoopKind) throws {
        let said = try kind.run { loop, network -> [ConnectionError?] in
            let contexts = try Parties.unknownCE().contexts()
            let ends = try await Ends.make(network)
            return try await withThrowingTaskGroup(of: [ConnectionError?].self) { group in
                group.addTask {
                    do throws(ConnectionError) {
                        _ = try await TLSConnection.secured(ends.card, by: contexts.card, loop: loop)
                    } catch {
                        return [error]
                    }
                    return [nil]
                }
                let ce = try await TLSConnection.secured(ends.ce, by: contexts.ce, loop: loop)
                var error: ConnectionError?
                do {
                    try await ce.writeAll(sample(1000))
                    _ = try await Self.readAll(ce)
                } catch let failure as ConnectionError {
                    error = failure
                }
                ce.close()
                return try await group.next()! + [error]
            }
        }
        guard case .untrusted(let card) = said[0], case .untrusted(let ce) = said[1] else {
            Issue.record("\(said)")
            return
        }
        #expect(card.hasPrefix("the CE's certificate is not from a trusted authority"))
        #expect(ce == "the card does not accept the CE's certificate (unknown CA); its log says why")
    }

    @Test(arguments: LoopKind.allCases) func aCardThatTheCERefusesIsToldSo(kind: LoopKind) throws {
        let said = try kind.run { loop, network in
            let sides = try await Self.shakeHands(Parties.unknownCard(), Ends.make(network), loop)
            return [sides.card, sides.ce].map { side in
                if case .failure(let error) = side { return "\(error)" }
                return "fine"
            }
        }
        #expect(said[0] == "the CE does not accept the card's certificate (unknown CA); its log says why")
        #expect(said[1].hasPrefix("the card's certificate is not from a trusted authority"))
    }

    /// Clear text to a TLS card; and what a clear card makes of a TLS hello: it closes.
    @Test(arguments: LoopKind.allCases) func aPeerThatSpeaksClearTextIsNamedSo(kind: LoopKind) throws {
        let said = try kind.run { loop, network -> [ConnectionError] in
            let contexts = try Parties.pair().contexts()
            var said: [ConnectionError] = []
            let first = try await Ends.make(network)
            try await first.ce.writeAll(Array("PD clear text, 20 bytes".utf8))
            first.ce.finishWriting()
            do throws(ConnectionError) {
                _ = try await TLSConnection.secured(first.card, by: contexts.card, loop: loop)
            } catch {
                said.append(error)
            }
            first.ce.close()
            let second = try await Ends.make(network)
            second.card.finishWriting()
            do throws(ConnectionError) {
                _ = try await TLSConnection.secured(second.ce, by: contexts.ce, loop: loop)
            } catch {
                said.append(error)
            }
            second.card.close()
            return said
        }
        #expect(
            said == [
                .untrusted("the CE does not speak TLS; is its link clear (link_security: clear)?"),
                .broken(
                    "the card closed the connection during the TLS handshake; does it expect link_security: clear?"),
            ])
    }

    /// It costs no time that is not virtual, so it is tried with a peer that says nothing, and with one that says a byte a second.
    @Test(arguments: [false, true]) func aHandshakeHasADeadline(drips: Bool) throws {
        let outcome = try LoopKind.virtual.run { loop, network -> (ConnectionError?, Duration) in
            let card = try Parties.pair().contexts().card
            let ends = try await Ends.make(network)
            let start = loop.now
            return await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    guard drips else { return }
                    for byte in [22, 3, 1, 0, 200] + [UInt8](repeating: 1, count: 100) {
                        guard (try? await loop.sleep(for: .seconds(1))) != nil else { return }
                        try? await ends.ce.writeAll([byte])
                    }
                }
                var failure: ConnectionError?
                do throws(ConnectionError) {
                    _ = try await TLSConnection.secured(ends.card, by: card, loop: loop)
                } catch {
                    failure = error
                }
                group.cancelAll()
                return (failure, start.duration(to: loop.now))
            }
        }
        #expect(outcome.1 == TLSLimits.handshake)
        guard case .broken(let text) = outcome.0 else {
            Issue.record("\(String(describing: outcome.0))")
            return
        }
        #expect(text.hasPrefix("no TLS handshake within 5.0 seconds; the CE speaks too slowly"))
    }

    @Test(arguments: LoopKind.allCases) func aHandshakeCanBeCancelled(kind: LoopKind) throws {
        let error = try kind.run { loop, network -> ConnectionError? in
            let card = try Parties.pair().contexts().card
            let ends = try await Ends.make(network)
            defer { ends.close() }
            return await withTaskGroup(of: ConnectionError?.self) { group in
                group.addTask {
                    do throws(ConnectionError) {
                        _ = try await TLSConnection.secured(ends.card, by: card, loop: loop)
                    } catch {
                        return error
                    }
                    return nil
                }
                await loop.yield()
                group.cancelAll()
                return await group.next()!
            }
        }
        #expect(error == .cancelled)
    }

    /// A peer that takes nothing costs one write, however often it is tried.
    @Test func aPeerThatTakesNothingCostsOneWrite() throws {
        let taken = try LoopKind.virtual.run { loop, network in
            let sides = try await Self.connected(network, loop, bufferBytes: 16 << 10)
            let section = sample(65536)
            var taken: [Int] = []
            for _ in 0..<10 {
                taken.append(try section.withUnsafeBytes { try sides.ce.write($0, .empty) })
            }
            return taken
        }
        #expect(taken == [65535] + [Int](repeating: 0, count: 9))
    }
}
