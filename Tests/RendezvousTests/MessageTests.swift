import CardProtocol
import FlashModel
import LineCard
import Rendezvous
import Runtime
import SoftwareImage
import TLS
import Testing

@Suite struct MessageTests {
    static let announcement = CardAnnouncement(
        slot: 12, processID: 4711, nodeName: "shelf1", endpoint: Endpoint(host: "10.0.0.7", port: 40123))

    /// As many as there can be.
    static let keys = (0..<ManifestLimits.maximumTrustedKeys).map {
        PublicKey(bytes: Array(repeating: UInt8($0), count: PublicKey.byteCount))
    }

    static func settings(_ flash: FlashProfile = .mlcNAND, _ faults: FlashFaults = .none) throws -> CardSettings {
        try CardSettings(
            slot: 12, hardwareType: "OLT-8", serialNumber: "SN-12", flash: flash, faults: faults, windowBytes: 96 << 10,
            maximumSectionBytes: 48 << 10, factoryVersion: "1.2.3", linkBitsPerSecond: 100_000_000,
            linkLatency: .microseconds(1500) + Duration(secondsComponent: 0, attosecondsComponent: 7),
            hardwareRevision: "B2", trustedKeys: TrustedKeys(keys), acceptsUnsigned: true,
            earliestTime: ManifestTime("2026-11-27"))
    }

    private func decoded(_ message: RendezvousMessage, _ spoil: (inout [UInt8]) -> Void = { _ in }) throws
        -> RendezvousMessage
    {
        var payload = message.encodePayload()
        spoil(&payload)
        let type: UInt8 =
            switch message {
            case .announce: 0x01
            case .ready: 0x02
            case .failed: 0x03
            case .settings: 0x81
            }
        return try payload.withUnsafeBytes { try RendezvousMessage(type: type, payload: $0) }
    }

    @Test(arguments: FlashProfile.all) func settingsWithEveryPartComeBackAsTheyWere(flash: FlashProfile) throws {
        for path in [nil, "/somewhere/card-12.flash", String(repeating: "é", count: 2000)] {
            let message = RendezvousMessage.settings(
                CardAssignment(settings: try Self.settings(flash.scaled(by: 0.37)), flashPath: path))
            #expect(try decoded(message) == message)
        }
    }

    @Test func credentialsComeBackAsTheyWere() throws {
        func settings(_ bytes: Int) throws -> CardSettings {
            try CardSettings(
                slot: 12, hardwareType: "OLT-8", serialNumber: "SN-12", flash: .spiNOR,
                credentials: TLSCredentials(
                    authority: [UInt8](repeating: 65, count: bytes), certificate: [66], key: []))
        }
        let message = RendezvousMessage.settings(CardAssignment(settings: try settings(2048), flashPath: "/flash"))
        #expect(try decoded(message) == message)
        #expect(throws: CardSettingsError.self) { try settings(2049) }
        #expect(throws: ProtocolError.self) {
            // The length of the authority, and its first bytes.
            try decoded(message) { $0.replace([8, 0, 65, 65], with: [255, 255, 65, 65], maxReplacements: 1) }
        }
    }

    @Test(arguments: [
        RendezvousMessage.announce(announcement), .ready, .failed("no room"),
        .announce(
            CardAnnouncement(slot: .max, processID: 1, nodeName: "", endpoint: Endpoint(host: "::1", port: 1))),
    ])
    func everyMessageComesBackAsItWas(message: RendezvousMessage) throws {
        #expect(try decoded(message) == message)
    }

    @Test func aPayloadThatIsNotWholeOrTooLongIsMalformed() throws {
        let message = RendezvousMessage.announce(Self.announcement)
        for length in 0..<message.encodePayload().count {
            #expect(throws: ProtocolError.self) { try decoded(message) { $0.removeLast($0.count - length) } }
        }
        #expect(throws: ProtocolError.self) { try decoded(message) { $0.append(0) } }
        #expect(throws: ProtocolError.self) { try decoded(.ready) { $0.append(0) } }
        #expect(throws: ProtocolError.unknownType(9)) {
            _ = try [UInt8]().withUnsafeBytes { try RendezvousMessage(type: 9, payload: $0) }
        }
    }

    /// The settings' own checks guard the wire, too.
    @Test func valuesThatCannotBeAreMalformed() throws {
        let assignment = CardAssignment(settings: try Self.settings(), flashPath: nil)
        // The slot opens the payload. The faults end it with 48 bytes, if there are none; before them stands the flash's erased value
        // (1 byte), and before that its endurance.
        for spoil: (inout [UInt8]) -> Void in [
            {
                $0[0] = 0; $0[1] = 0
            },
            { $0[$0.count - 48 - 9] = 0xFF },
            { $0.append(0xFF) },
        ] {
            #expect(throws: ProtocolError.self) { try decoded(.settings(assignment), spoil) }
        }
        var announcement = Self.announcement
        announcement.slot = 0
        #expect(throws: ProtocolError.self) { try decoded(.announce(announcement)) }
        announcement = Self.announcement
        announcement.endpoint = Endpoint(host: "card.example", port: 1)
        #expect(throws: ProtocolError.self) { try decoded(.announce(announcement)) }
    }
}
