import CardProtocol
import Certificates
import FlashModel
import LineCard
import Rendezvous
import TLS
import Testing

/// What is wrong with a card's flash, on its way to the card's process.
@Suite struct FaultCodingTests {
    private func decoded(
        _ faults: FlashFaults, _ spoil: (inout [UInt8]) -> Void = { _ in }
    ) throws -> FlashFaults? {
        let assignment = CardAssignment(settings: try MessageTests.settings(.slcNAND, faults), flashPath: nil)
        var payload = RendezvousMessage.settings(assignment).encodePayload()
        spoil(&payload)
        let message = try payload.withUnsafeBytes { try RendezvousMessage(type: 0x81, payload: $0) }
        guard case .settings(let read) = message else { return nil }
        return read.settings.faults
    }

    private static let faults: FlashFaults = {
        var faults = FlashFaults()
        faults.seed = .max
        faults.times = .drawn
        faults.initialCycles = 50_000
        faults.factoryBadShare = 0.02
        faults.bitFlipProbability = 1e-6
        faults.slowness = 4
        faults.eraseSlowness = 0.5
        faults.isWriteProtected = true
        return faults
    }()

    @Test func faultsOfEveryKindComeBackAsTheyWere() throws {
        var faults = Self.faults
        faults.blocks = BlockFault.Behaviour.allCases.map {
            BlockFault(block: 2047, $0, afterCycles: FlashFaults.mostCycles)
        }
        faults.units = UnitFault.Behaviour.allCases.map { UnitFault(unit: 131_071, $0, afterCycles: 1) }
        #expect(try decoded(faults) == faults)
    }

    /// As many faults as there may be, and the longest texts and path, fit the frame.
    @Test func theLargestAssignmentFitsItsFrame() throws {
        var faults = Self.faults
        faults.blocks = (0..<FlashFaults.mostEntries).map { BlockFault(block: $0, .eraseError) }
        faults.units = (0..<FlashFaults.mostEntries).map { UnitFault(unit: $0, .weakPage) }
        let text = String(repeating: "x", count: CardSettings.maximumTextBytes)
        let settings = try CardSettings(
            slot: 1, hardwareType: text, serialNumber: text, flash: .slcNAND, faults: faults, factoryVersion: text,
            credentials: Self.longestCredentials())
        let assignment = CardAssignment(settings: settings, flashPath: String(repeating: "p", count: 4096))
        let failure = try RendezvousTests.run(.virtual, cards: [1]) { place in
            let lease = try await place.desk.nextCard(within: .seconds(60))
            do { try await lease.start(assignment) } catch let error as RendezvousError { return "\(error)" }
            return ""
        }
        // It came to the card, and no file has such a name. What the card says of it is cut.
        #expect(failure.contains("flash file ppp"))
    }

    /// Good ones, filled up with empty lines.
    private static func longestCredentials() throws -> TLSCredentials {
        let good = try CertificateAuthority().credentials(for: PeerName(.card, "SN-1"))
        func filled(_ part: [UInt8]) -> [UInt8] {
            part + [UInt8](repeating: 10, count: CardSettings.maximumCredentialBytes - part.count)
        }
        return TLSCredentials(
            authority: filled(good.authority), certificate: filled(good.certificate), key: filled(good.key))
    }

    /// From the end: two counts, the flag, four numbers of 8 bytes, the age (4), the times.
    @Test(arguments: [
        ("bad_blocks", 2, 1), ("flag", 3, 2), ("slow_erase", 11, 0xFF), ("slow", 19, 0xFF), ("bit_flips", 27, 0xFF),
        ("factory_bad", 35, 0xFF), ("age", 39, 0xFF), ("times", 40, 7),
    ])
    func aFaultThatCannotBeIsMalformed(field: String, fromEnd: Int, value: UInt8) throws {
        let error = #expect(throws: ProtocolError.self) {
            _ = try decoded(Self.faults) { $0[$0.count - fromEnd] = value }
        }
        guard field != "bad_blocks" else { return }
        #expect(error.map { "\($0)".contains(field) } == true, "\(String(describing: error))")
    }

    @Test func aBlockThatTheFlashDoesNotHaveIsRefusedByField() throws {
        var faults = FlashFaults()
        faults.blocks = [BlockFault(block: 2048, .eraseError)]
        let error = #expect(throws: CardSettingsError.self) { _ = try MessageTests.settings(.slcNAND, faults) }
        #expect(error?.field == "flash.bad_blocks.block")
        #expect(error?.allowed == "from 0 to 2047")
        faults.blocks = []
        faults.units = [UnitFault(unit: 131_072, .weakPage)]
        let other = #expect(throws: CardSettingsError.self) { _ = try MessageTests.settings(.slcNAND, faults) }
        #expect(other?.field == "flash.bad_pages.page")
    }
}
