import Faults
import Runtime
import Testing

/// Which transfers a server's fault spoils.
@Suite struct ServerConductTests {
    private static func run<Result: Sendable>(
        base: FileServerFaults = .none, _ body: @escaping @Sendable (ServerConduct) -> Result
    ) throws -> Result {
        let loop = VirtualTimeLoop(seed: 1)
        return try loop.run { body(ServerConduct(base, loop: loop)) }
    }

    @Test func aFaultSpoilsSoManyTransfers() throws {
        let stalls = try Self.run { conduct in
            conduct.begin(0, uses: 2) { $0.stallsAt = 7 }
            return (0..<4).map { _ in
                let number = conduct.beginTransfer()
                defer { conduct.endTransfer() }
                return conduct.faults(of: number).stallsAt
            }
        }
        #expect(stalls == [7, 7, nil, nil])
    }

    @Test func theTransferUnderWayIsTheFirst() throws {
        let closes = try Self.run { conduct -> [UInt64?] in
            let first = conduct.beginTransfer()
            conduct.begin(0, uses: 1) { $0.closesAt = 0 }
            let seen = [conduct.faults(of: first).closesAt]
            conduct.endTransfer()
            return seen + [conduct.faultsOfNextTransfer.closesAt]
        }
        #expect(closes == [0, nil])
    }

    @Test func aLastingFaultEndsWhenItIsSwitchedOff() throws {
        let restarts = try Self.run { conduct -> [FileServerFaults.Restart] in
            conduct.begin(4, uses: nil) { $0.restart = .ignored }
            let during = conduct.faultsOfNextTransfer.restart
            conduct.end(4)
            return [during, conduct.faultsOfNextTransfer.restart]
        }
        #expect(restarts == [.ignored, .obeyed])
    }

    @Test func sessionsAreCountedByThemselves() throws {
        let refused = try Self.run { conduct in
            conduct.begin(0, uses: 2) { $0.refusesSessions = true }
            return (0..<3).map { _ in conduct.beginSession().refusesSessions }
        }
        #expect(refused == [true, true, false])
    }

    @Test func whatTheServerIsFromTheBeginningHasItsOwnCount() throws {
        var base = FileServerFaults()
        base.transfers = 1
        base.hidesSize = true
        let hidden = try Self.run(base: base) { conduct in
            (0..<2).map { _ in
                defer { conduct.endTransfer() }
                return conduct.faults(of: conduct.beginTransfer()).hidesSize
            }
        }
        #expect(hidden == [true, false])
    }
}
