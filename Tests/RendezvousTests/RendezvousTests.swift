import CardLink
import CardProtocol
import FlashModel
import Glibc
import LineCard
import Rendezvous
import Runtime
import Testing

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

/// A simulator's desk and card processes, all in one process.
@Suite struct RendezvousTests {
    struct Place: Sendable {
        let desk: RendezvousDesk
        let loop: any Loop
        let network: any Network
        let exits: LoopBound<[CardExit]>

        /// A card process, without a process.
        func runCard(_ slot: UInt16) async {
            let exit = await CardProcess(
                CardCommand(rendezvous: desk.endpoint, slot: slot), processID: 100 + Int32(slot), nodeName: "node",
                network: network,
                loop: loop
            ).run()
            exits.value.append(exit)
        }

        func exit(_ index: Int = 0) async throws -> CardExit {
            try await loop.withDeadline(.seconds(300), "exit of card \(index)") {
                while exits.value.count <= index { try await loop.sleep(for: .milliseconds(1)) }
                return exits.value[index]
            }
        }

        func hello(_ endpoint: Endpoint) async throws -> CardIdentity? {
            let connection = try await network.connect(to: endpoint, options: SocketOptions())
            defer { connection.close() }
            let request = CardRequest.hello(Hello(engine: "test"))
            try await FrameWriter(connection, format: CardFrame.format)
                .write(type: request.frame.rawValue, payload: request.encodePayload())
            let reader = FrameReader(connection, format: CardFrame.format)
            guard let header = try await reader.header(), header.type == CardFrame.identity.rawValue else { return nil }
            guard case .identity(let identity) = try CardReply(.identity, payload: try await reader.payload(of: header))
            else { return nil }
            return identity
        }
    }

    static func run<Success: Sendable>(
        _ kind: LoopKind, cards slots: [UInt16], _ body: @escaping @Sendable (Place) async throws -> Success
    ) throws -> Success {
        try kind.run { loop, network in
            let desk = RendezvousDesk(try network.listen(on: .loopback(), options: SocketOptions()), loop: loop)
            let place = Place(desk: desk, loop: loop, network: network, exits: LoopBound([], on: loop))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await desk.run() }
                for slot in slots { group.addTask { await place.runCard(slot) } }
                defer { group.cancelAll() }
                return try await body(place)
            }
        }
    }

    private static func assignment(_ slot: UInt16, path: String? = nil, profile: FlashProfile = .instant) throws
        -> CardAssignment
    {
        CardAssignment(
            settings: try CardSettings(slot: slot, hardwareType: "OLT-8", serialNumber: "SN-\(slot)", flash: profile),
            flashPath: path)
    }

    @Test(arguments: LoopKind.allCases) func cardsAnnounceThemselvesAndServeWhatTheyAreTold(kind: LoopKind) throws {
        let serials = try Self.run(kind, cards: [3, 1, 2]) { place in
            var serials: [String?] = []
            for lease in try await place.desk.cards(inSlots: [1, 2, 3], within: .seconds(60)) {
                try await lease.start(try Self.assignment(lease.slot))
                #expect(lease.announcement.processID == 100 + Int32(lease.slot))
                #expect(lease.announcement.nodeName == "node")
                serials.append(try await place.hello(lease.announcement.endpoint)?.serialNumber)
            }
            return serials
        }
        #expect(serials == ["SN-1", "SN-2", "SN-3"])
    }

    @Test(arguments: LoopKind.allCases) func aCardThatIsLetGoEndsAndItsPortIsClosed(kind: LoopKind) throws {
        let (exit, isServed) = try Self.run(kind, cards: [1]) { place in
            let lease = try await place.desk.nextCard(within: .seconds(60))
            try await lease.start(try Self.assignment(1))
            await lease.release()
            let exit = try await place.exit()
            var isServed = true
            do { _ = try await place.hello(lease.announcement.endpoint) } catch { isServed = false }
            return (exit, isServed)
        }
        #expect(exit == .leaseEnded && exit.code == 0)
        #expect(!isServed)
    }

    @Test(arguments: LoopKind.allCases) func aCardThatDiesIsNoticed(kind: LoopKind) throws {
        let end = try kind.run { loop, network in
            let desk = RendezvousDesk(try network.listen(on: .loopback(), options: SocketOptions()), loop: loop)
            let place = Place(desk: desk, loop: loop, network: network, exits: LoopBound([], on: loop))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await desk.run() }
                defer { group.cancelAll() }
                return try await withThrowingTaskGroup(of: Void.self) { cards in
                    cards.addTask { await place.runCard(1) }
                    let lease = try await desk.nextCard(within: .seconds(60))
                    try await lease.start(try Self.assignment(1))
                    cards.cancelAll()
                    return (try await lease.waitUntilLost(), try await place.exit())
                }
            }
        }
        #expect(end.0 == nil)
        #expect(end.1 == .cancelled && end.1.code == 0)
    }

    @Test func aFlashFileThatCannotBeUsedIsTheSimulatorsToKnow() throws {
        var template = Array("/tmp/rendezvous-test-XXXXXX".utf8CString)
        let folder = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        let path = "\(folder)/flash"
        defer {
            unlink(path)
            rmdir(folder)
        }
        do { _ = try FileFlashStorage(path: path, profile: .spiNOR) }
        let (error, exit) = try Self.run(.virtual, cards: [1]) { place in
            let lease = try await place.desk.nextCard(within: .seconds(60))
            var failure: RendezvousError?
            do {
                try await lease.start(try Self.assignment(1, path: path, profile: .slcNAND))
            } catch let error as RendezvousError {
                failure = error
            }
            return (failure, try await place.exit())
        }
        guard case .failed(1, let reason) = error else {
            Issue.record("the card failed with \(String(describing: error))")
            return
        }
        #expect(reason.contains("read_size"))
        #expect(exit.code == 74 && exit.message?.contains(path) == true)
    }

    @Test func missingSlotsAreNamedWhenTheTimeIsUp() throws {
        #expect(throws: RendezvousError.missing(slots: [2, 4], limit: .seconds(5))) {
            try Self.run(.virtual, cards: [1, 3]) { place in
                _ = try await place.desk.cards(inSlots: [1, 2, 3, 4], within: .seconds(5))
            }
        }
    }

    @Test func aSecondCardForASlotAndOneForNoSlotAreLetGo() throws {
        let exits = try Self.run(.virtual, cards: [1, 1, 9]) { place in
            try await place.loop.sleep(for: .seconds(1))
            async let second: Void = place.runCard(2)
            let leases = try await place.desk.cards(inSlots: [1, 2], within: .seconds(5))
            _ = try await place.exit(1)
            let exits = place.exits.value
            for lease in leases { await lease.release() }
            await second
            return exits
        }
        #expect(exits == [.leaseEnded, .leaseEnded])
    }

    @Test func aStrangerAtTheDeskHurtsNobody() throws {
        let serial = try Self.run(.virtual, cards: []) { place in
            let silent = try await place.network.connect(to: place.desk.endpoint, options: SocketOptions())
            let loud = try await place.network.connect(to: place.desk.endpoint, options: SocketOptions())
            try await loud.writeAll(Array("GET / HTTP/1.1\r\nHost: simulator\r\n\r\n".utf8))
            async let card: Void = place.runCard(5)
            let lease = try await place.desk.nextCard(within: .seconds(60))
            try await lease.start(try Self.assignment(5))
            // The silent one is closed when its time is up.
            try await silent.waitUntilReadable()
            #expect(place.loop.now.sinceStart >= RendezvousDesk.announceTimeout)
            let serial = try await place.hello(lease.announcement.endpoint)?.serialNumber
            await lease.release()
            await card
            return serial
        }
        #expect(serial == "SN-5")
    }

    @Test func aCardWithoutARendezvousSaysSo() throws {
        let exit = try LoopKind.virtual.run { loop, network in
            await CardProcess(
                CardCommand(rendezvous: .loopback(port: 9), slot: 1), processID: 1, nodeName: "", network: network,
                loop: loop
            ).run()
        }
        #expect(exit.code == 69)
        #expect(exit.message?.contains("127.0.0.1:9") == true)
    }

    /// The simulator never answers: the card does not wait for ever.
    @Test func aCardThatGetsNoSettingsGivesUp() throws {
        let exit = try Self.run(.virtual, cards: [1]) { place in
            let lease = try await place.desk.nextCard(within: .seconds(60))
            let exit = try await place.exit()
            await lease.release()
            return exit
        }
        #expect(exit.code == 69)
    }
}
