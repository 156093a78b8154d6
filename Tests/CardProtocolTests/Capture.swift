/// A capture file of one TCP conversation (the pcap format, raw IPv4 packets), as Wireshark reads it.
struct Capture {
    enum Side: Sendable {
        case client, server
    }

    private static let serverPort: UInt16 = 40_007
    private static let clientPort: UInt16 = 50_123
    /// LINKTYPE_RAW: each packet begins with its IP header.
    private static let linkType: UInt32 = 101

    private(set) var bytes: [UInt8] = []
    private var packetCount: UInt32 = 0
    private var sentBytes: [Side: UInt32] = [.client: 1, .server: 1]

    init() {
        append(0xA1B2_C3D4, 4)
        append(2, 2)
        append(4, 2)
        append(0, 4)
        append(0, 4)
        append(65_535, 4)
        append(UInt64(Self.linkType), 4)
    }

    /// Adds a part of what a side sends as one segment.
    mutating func add(_ payload: some Collection<UInt8>, from side: Side) {
        let other: Side = side == .client ? .server : .client
        let ports = side == .client ? (Self.clientPort, Self.serverPort) : (Self.serverPort, Self.clientPort)
        let length = 40 + payload.count
        // A packet every millisecond.
        append(0, 4)
        append(UInt64(packetCount) * 1000, 4)
        append(UInt64(length), 4)
        append(UInt64(length), 4)
        packetCount += 1
        // IPv4, protocol 6, from one loopback address to another; no checksums, as captured before the hardware adds them.
        append(0x4500, 2)
        append(UInt64(length), 2)
        append(UInt64(packetCount), 2)
        append(0, 2)
        append(0x4006, 2)
        append(0, 2)
        append(side == .client ? 0x7F00_0001 : 0x7F00_0002, 4)
        append(side == .client ? 0x7F00_0002 : 0x7F00_0001, 4)
        append(UInt64(ports.0), 2)
        append(UInt64(ports.1), 2)
        append(UInt64(sentBytes[side]!), 4)
        append(UInt64(sentBytes[other]!), 4)
        // A header of 5 words, PSH and ACK.
        append(0x5018, 2)
        append(0xFFFF, 2)
        append(0, 4)
        bytes += payload
        sentBytes[side]! += UInt32(payload.count)
    }

    private mutating func append(_ value: UInt64, _ count: Int) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
