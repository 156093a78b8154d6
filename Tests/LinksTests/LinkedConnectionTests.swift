import Links
import Runtime
import Testing

@Suite struct LinkedConnectionTests {
    private static let mebibyte = 1 << 20

    @Test(arguments: [0, 25]) func aMebibyteTakesItsTimeFromThePeer(latencyMilliseconds: Int) throws {
        let settings = LinkSettings(bitsPerSecond: 8_000_000, latency: .milliseconds(latencyMilliseconds))
        let (bytes, end) = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, settings, loop: loop)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await link.pump() }
                group.addTask {
                    try await ends.client.writeAll(pattern(Self.mebibyte))
                    ends.client.close()
                }
                let bytes = try await readAll(link)
                let end = loop.now
                link.close()
                try await group.waitForAll()
                return (bytes, end)
            }
        }
        #expect(bytes == pattern(Self.mebibyte))
        #expect(end.sinceStart == .microseconds(1_048_576) + settings.latency)
    }

    @Test(arguments: [0, 25]) func aMebibyteTakesItsTimeToThePeer(latencyMilliseconds: Int) throws {
        let settings = LinkSettings(bitsPerSecond: 8_000_000, latency: .milliseconds(latencyMilliseconds))
        let (bytes, end) = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, settings, loop: loop)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await link.pump() }
                group.addTask {
                    try await link.writeAll(pattern(Self.mebibyte))
                    link.close()
                }
                let bytes = try await readAll(ends.client)
                let end = loop.now
                try await group.waitForAll()
                return (bytes, end)
            }
        }
        #expect(bytes == pattern(Self.mebibyte))
        #expect(end.sinceStart == .microseconds(1_048_576) + settings.latency)
    }

    @Test func anAnswerComesTwoLatenciesLater() throws {
        let end = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, LinkSettings(latency: .milliseconds(40)), loop: loop)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await link.pump() }
                group.addTask {
                    // Twenty questions, each waits for its answer.
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
                    defer { buffer.deallocate() }
                    while let count = try await link.readSome(into: buffer) {
                        try await link.writeAll(Array(buffer[..<count]))
                    }
                    link.close()
                }
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
                defer { buffer.deallocate() }
                for question in 0..<20 as Range<UInt8> {
                    try await ends.client.writeAll([question])
                    #expect(try await ends.client.readSome(into: buffer) == 1)
                    #expect(buffer[0] == question)
                }
                let end = loop.now
                ends.client.close()
                try await group.waitForAll()
                return end
            }
        }
        #expect(end.sinceStart == .milliseconds(20 * 2 * 40))
    }

    @Test(arguments: LoopKind.allCases) func contentAndOrderSurviveBothWaysAtOnce(kind: LoopKind) throws {
        let settings = LinkSettings(bitsPerSecond: 800_000_000, latency: .milliseconds(2))
        let count = 3 * Self.mebibyte + 17
        let (up, down) = try kind.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, settings, loop: loop)
            async let pump: Void = link.pump()
            async let clientWrites: Void = {
                try await ends.client.writeAll(pattern(count))
                ends.client.finishWriting()
            }()
            async let serverWrites: Void = {
                try await link.writeAll(pattern(count).reversed())
                link.finishWriting()
            }()
            async let up = readAll(link, pieceBytes: 1000)
            async let down = readAll(ends.client)
            _ = try await (clientWrites, serverWrites)
            let result = try await (up, down)
            link.close()
            await pump
            ends.client.close()
            return result
        }
        #expect(up == pattern(count))
        #expect(down == pattern(count).reversed())
    }

    @Test func aHeadAndABodyAreOneMessage() throws {
        let (bytes, end) = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, LinkSettings(bitsPerSecond: 8_000_000), loop: loop)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await link.pump() }
                let message = pattern(9000)
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 9000, alignment: 1)
                defer { buffer.deallocate() }
                buffer.copyBytes(from: message)
                try await link.writeAll(
                    UnsafeRawBufferPointer(rebasing: buffer[..<7000]), UnsafeRawBufferPointer(rebasing: buffer[7000...])
                )
                link.close()
                let bytes = try await readAll(ends.client)
                try await group.waitForAll()
                return (bytes, loop.now)
            }
        }
        #expect(bytes == pattern(9000))
        #expect(end.sinceStart == .milliseconds(9))
    }

    /// The peer never reads: what is taken is the link's capacity and what the inner connection holds, and no more, ever.
    @Test func aPeerThatDoesNotReadHoldsUpTheWriter() throws {
        let settings = LinkSettings(bitsPerSecond: 8_000_000)
        let taken = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, settings, loop: loop)
            return try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    await link.pump()
                    return 0
                }
                group.addTask {
                    var taken = 0
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
                    defer { buffer.deallocate() }
                    do {
                        while true {
                            let count = try link.write(UnsafeRawBufferPointer(buffer), .empty)
                            taken += count
                            if count == 0 { try await link.waitUntilWritable() }
                        }
                    } catch ConnectionError.cancelled {
                        return taken
                    }
                }
                try await loop.sleep(for: .seconds(100))
                group.cancelAll()
                return try await group.reduce(0, +)
            }
        }
        // Written by 1,000 bytes, and only whole: room for less may stay free.
        let most = LinkDirection(settings).capacityBytes + 64 << 10
        #expect(taken <= most && taken > most - 1000)
    }

    @Test func anOwnerThatDoesNotReadHoldsUpThePeer() throws {
        let settings = LinkSettings(bitsPerSecond: 8_000_000)
        let taken = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, settings, loop: loop)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await link.pump() }
                let taken = LoopBound(0, on: loop)
                group.addTask {
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
                    defer { buffer.deallocate() }
                    while true {
                        let count = try ends.client.write(UnsafeRawBufferPointer(buffer), .empty)
                        taken.value += count
                        if count == 0 { try? await ends.client.waitUntilWritable() }
                        if Task.isCancelled { return }
                    }
                }
                try await loop.sleep(for: .seconds(100))
                group.cancelAll()
                try await group.waitForAll()
                return taken.value
            }
        }
        // Room for less than a part may stay free.
        let line = LinkDirection(settings)
        let most = line.capacityBytes + 64 << 10
        #expect(taken <= most && taken > most - line.partBytes)
    }

    @Test func twoConnectionsShareOneLine() throws {
        let ends = try LoopKind.virtual.run { loop, network in
            let down = LoopBound(LinkDirection(LinkSettings(bitsPerSecond: 8_000_000)), on: loop)
            return try await withThrowingTaskGroup(of: [Duration].self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let ends = try await Ends.connect(network)
                        let up = LoopBound(LinkDirection(.unlimited), on: loop)
                        let link = LinkedConnection(ends.server, incoming: up, outgoing: down, loop: loop)
                        async let pump: Void = link.pump()
                        async let write: Void = {
                            try await link.writeAll(pattern(Self.mebibyte))
                            link.close()
                        }()
                        #expect(try await readAll(ends.client) == pattern(Self.mebibyte))
                        try await write
                        await pump
                        return [loop.now.sinceStart]
                    }
                }
                return try await group.reduce([], +).sorted()
            }
        }
        #expect(ends[1] == .microseconds(2 * 1_048_576))
        // The first ends when the other has at most its queue left: neither has the line for itself before.
        #expect(
            ends[0]
                >= .microseconds(2 * 1_048_576 - LinkDirection(LinkSettings(bitsPerSecond: 8_000_000)).capacityBytes))
    }

    @Test(arguments: LoopKind.allCases) func closingWakesWhoeverWaits(kind: LoopKind) throws {
        #expect(throws: ConnectionError.closed) {
            try kind.run { loop, network in
                let ends = try await Ends.connect(network)
                let link = LinkedConnection(ends.server, LinkSettings(latency: .milliseconds(1)), loop: loop)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await link.pump() }
                    group.addTask { try await link.waitUntilReadable() }
                    try await loop.sleep(for: .milliseconds(2))
                    link.close()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test(arguments: LoopKind.allCases) func cancellingAReaderLeavesTheLinkInUse(kind: LoopKind) throws {
        let bytes = try kind.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, LinkSettings(latency: .milliseconds(1)), loop: loop)
            async let pump: Void = link.pump()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: ConnectionError.cancelled) { try await link.waitUntilReadable() }
                }
                try? await loop.sleep(for: .milliseconds(2))
                group.cancelAll()
            }
            try await ends.client.writeAll(pattern(100))
            ends.client.close()
            let bytes = try await readAll(link)
            link.close()
            await pump
            return bytes
        }
        #expect(bytes == pattern(100))
    }

    @Test(arguments: LoopKind.allCases) func cancellingThePumpEndsItAndTheInnerConnection(kind: LoopKind) throws {
        let bytes = try kind.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, LinkSettings(latency: .seconds(3600)), loop: loop)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await link.pump() }
                try? await loop.sleep(for: .milliseconds(2))
                try? await link.writeAll(pattern(100))
                group.cancelAll()
            }
            #expect(throws: ConnectionError.closed) {
                try link.read(into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
            }
            await #expect(throws: ConnectionError.closed) { try await link.drain() }
            return try await readAll(ends.client)
        }
        #expect(bytes.isEmpty)
    }

    @Test func drainWaitsUntilAllIsHandedOver() throws {
        let end = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(
                ends.server, LinkSettings(bitsPerSecond: 8_000_000, latency: .milliseconds(5)), loop: loop)
            async let pump: Void = link.pump()
            try await link.writeAll(pattern(10_000))
            try await link.drain()
            let end = loop.now
            link.close()
            await pump
            return end
        }
        #expect(end.sinceStart == .milliseconds(15))
    }

    @Test func aPeerThatTakesNothingIsGivenUpAfterClose() throws {
        let end = try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, LinkSettings(latency: .milliseconds(5)), loop: loop)
            async let pump: Void = link.pump()
            try await link.writeAll(pattern(200_000))
            link.close()
            await pump
            withExtendedLifetime(ends.client) {}
            return loop.now
        }
        #expect(end.sinceStart <= .milliseconds(5) + LinkedConnection.closeLinger + LinkedConnection.closeLinger)
    }

    @Test func aLostPeerIsSeenByReaderAndWriter() throws {
        try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let link = LinkedConnection(ends.server, LinkSettings(latency: .milliseconds(5)), loop: loop)
            async let pump: Void = link.pump()
            ends.client.close()
            #expect(try await readAll(link).isEmpty)
            await #expect {
                while true { try await link.writeAll(pattern(1000)) }
            } throws: { error in
                guard case ConnectionError.lost = error else { return false }
                return true
            }
            link.close()
            await pump
        }
    }

    @Test func anUnlimitedLinkIsNone() throws {
        try LoopKind.virtual.run { loop, network in
            let ends = try await Ends.connect(network)
            let bare = linked(ends.server, .unlimited, loop: loop)
            #expect(bare.link == nil && bare.connection === ends.server)
            let slow = linked(ends.server, LinkSettings(latency: .milliseconds(1)), loop: loop)
            #expect(slow.link === slow.connection)
        }
    }
}
