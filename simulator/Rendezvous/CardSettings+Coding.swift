import CardProtocol
import CardSoftware
import FlashModel
import LineCard
import SoftwareImage
import TLS

extension CardSettings {
    func encode(to writer: inout ByteWriter) {
        writer.integer(slot)
        writer.text(hardwareType)
        writer.text(serialNumber)
        writer.text(factoryVersion)
        writer.integer(UInt32(windowBytes))
        writer.integer(UInt32(maximumSectionBytes))
        // No link has a rate of 0: there it means that there is no limit.
        writer.integer(linkBitsPerSecond ?? 0)
        writer.duration(linkLatency)
        writer.duration(bootTime)
        writer.integer(UInt8(bootPolicy.attempts))
        writer.integer(UInt16(bootPolicy.trialSeconds))
        writer.text(hardwareRevision)
        writer.integer(UInt8(trustedKeys.keys.count))
        for key in trustedKeys.keys { key.bytes.withUnsafeBytes { writer.raw($0) } }
        writer.flag(acceptsUnsigned)
        // 0 is no time: there it means that the card knows none.
        writer.integer(earliestTime?.seconds ?? 0)
        writer.flag(credentials != nil)
        credentials?.encode(to: &writer)
        flash.encode(to: &writer)
        faults.encode(to: &writer)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let slot = try reader.integer(UInt16.self)
        let hardwareType = try reader.text()
        let serialNumber = try reader.text()
        let factoryVersion = try reader.text()
        let windowBytes = try reader.integer(UInt32.self)
        let maximumSectionBytes = try reader.integer(UInt32.self)
        let linkRate = try reader.integer(UInt64.self)
        let linkLatency = try reader.duration()
        let bootTime = try reader.duration()
        let attempts = Int(try reader.integer(UInt8.self))
        let trialSeconds = Int(try reader.integer(UInt16.self))
        guard attempts > 0 && trialSeconds > 0 else { throw .malformed("no boot attempts, or no trial time") }
        let hardwareRevision = try reader.text()
        let trustedKeys = try TrustedKeys(from: &reader)
        let acceptsUnsigned = try reader.flag()
        let seconds = try reader.integer(UInt64.self)
        guard seconds == 0 || ManifestTime(seconds: seconds) != nil else { throw .malformed("a time that cannot be") }
        let credentials = try reader.flag() ? try TLSCredentials(from: &reader) : nil
        let flash = try FlashProfile(from: &reader)
        let faults = try FlashFaults(from: &reader)
        do {
            self = try CardSettings(
                slot: slot, hardwareType: hardwareType, serialNumber: serialNumber, flash: flash,
                faults: faults, windowBytes: Int(windowBytes), maximumSectionBytes: Int(maximumSectionBytes),
                factoryVersion: factoryVersion, linkBitsPerSecond: linkRate == 0 ? nil : linkRate,
                linkLatency: linkLatency, bootTime: bootTime,
                bootPolicy: BootPolicy(attempts: attempts, trialSeconds: trialSeconds), credentials: credentials,
                hardwareRevision: hardwareRevision, trustedKeys: trustedKeys, acceptsUnsigned: acceptsUnsigned,
                earliestTime: ManifestTime(seconds: seconds))
        } catch {
            throw .malformed(error.description)
        }
    }
}

extension TrustedKeys {
    init(from reader: inout ByteReader) throws(ProtocolError) {
        let count = Int(try reader.integer(UInt8.self))
        guard count <= ManifestLimits.maximumTrustedKeys else { throw .malformed("\(count) trusted keys") }
        var keys: [PublicKey] = []
        for _ in 0..<count { keys.append(PublicKey(bytes: try reader.bytes(PublicKey.byteCount))) }
        self.init(keys)
    }
}

extension TLSCredentials {
    /// Each text with its length in two bytes before it.
    fileprivate func encode(to writer: inout ByteWriter) {
        for part in [authority, certificate, key] {
            writer.integer(UInt16(part.count))
            part.withUnsafeBytes { writer.raw($0) }
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(ProtocolError) {
        self.init(authority: try reader.longText(), certificate: try reader.longText(), key: try reader.longText())
    }
}

extension FlashProfile {
    func encode(to writer: inout ByteWriter) {
        writer.text(name)
        for size in [geometry.readSize, geometry.programSize, geometry.eraseSize, geometry.blockCount] {
            writer.integer(UInt64(size))
        }
        for time in [
            timing.readUnit, timing.readByte, timing.programUnit, timing.eraseBlock, timing.longestProgramUnit,
            timing.longestEraseBlock,
        ] { writer.duration(time) }
        writer.integer(UInt64(enduranceCycles ?? 0))
        writer.integer(erasedValue)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let name = try reader.text()
        let sizes = [try reader.size(), try reader.size(), try reader.size(), try reader.size()]
        let times = [
            try reader.duration(), try reader.duration(), try reader.duration(), try reader.duration(),
            try reader.duration(), try reader.duration(),
        ]
        let endurance = try reader.size()
        let erasedValue = try reader.integer(UInt8.self)
        do throws(FlashParameterError) {
            self = try FlashProfile(
                name: name,
                geometry: FlashGeometry(
                    readSize: sizes[0], programSize: sizes[1], eraseSize: sizes[2], blockCount: sizes[3]),
                timing: FlashTiming(
                    readUnit: times[0], readByte: times[1], programUnit: times[2], eraseBlock: times[3],
                    longestProgramUnit: times[4], longestEraseBlock: times[5]),
                enduranceCycles: endurance == 0 ? nil : endurance, erasedValue: erasedValue)
        } catch {
            throw .malformed(error.description)
        }
    }
}

extension FlashFaults {
    func encode(to writer: inout ByteWriter) {
        writer.integer(seed)
        writer.integer(times.rawValue)
        writer.integer(UInt32(initialCycles))
        for number in [factoryBadShare, bitFlipProbability, slowness, eraseSlowness] {
            writer.integer(number.bitPattern)
        }
        writer.flag(isWriteProtected)
        writer.integer(UInt8(blocks.count))
        for fault in blocks {
            writer.integer(UInt64(fault.block))
            writer.integer(fault.behaviour.rawValue)
            writer.integer(UInt32(fault.afterCycles))
        }
        writer.integer(UInt8(units.count))
        for fault in units {
            writer.integer(UInt64(fault.unit))
            writer.integer(fault.behaviour.rawValue)
            writer.integer(UInt32(fault.afterCycles))
        }
    }

    /// Numbers that no part has are the card's settings' to refuse, which know the geometry.
    init(from reader: inout ByteReader) throws(ProtocolError) {
        self.init()
        seed = try reader.integer()
        times = try reader.choice(Times.init, "times")
        initialCycles = Int(try reader.integer(UInt32.self))
        factoryBadShare = Double(bitPattern: try reader.integer())
        bitFlipProbability = Double(bitPattern: try reader.integer())
        slowness = Double(bitPattern: try reader.integer())
        eraseSlowness = Double(bitPattern: try reader.integer())
        isWriteProtected = try reader.flag()
        for _ in 0..<(try reader.integer(UInt8.self)) {
            blocks.append(
                BlockFault(
                    block: try reader.size(), try reader.choice(BlockFault.Behaviour.init, "block fault"),
                    afterCycles: Int(try reader.integer(UInt32.self))))
        }
        for _ in 0..<(try reader.integer(UInt8.self)) {
            units.append(
                UnitFault(
                    unit: try reader.size(), try reader.choice(UnitFault.Behaviour.init, "page fault"),
                    afterCycles: Int(try reader.integer(UInt32.self))))
        }
    }
}

extension ByteWriter {
    /// Seconds and attoseconds, exactly.
    fileprivate mutating func duration(_ duration: Duration) {
        integer(duration.components.seconds)
        integer(duration.components.attoseconds)
    }
}

extension ByteReader {
    fileprivate mutating func longText() throws(ProtocolError) -> [UInt8] {
        let count = Int(try integer(UInt16.self))
        guard count <= CardSettings.maximumCredentialBytes else {
            throw .malformed(
                "\(count) bytes of a credential; at most \(CardSettings.maximumCredentialBytes) are possible")
        }
        return try take(count)
    }

    fileprivate mutating func duration() throws(ProtocolError) -> Duration {
        Duration(secondsComponent: try integer(), attosecondsComponent: try integer())
    }

    fileprivate mutating func choice<Choice>(
        _ make: (UInt8) -> Choice?, _ name: String
    ) throws(ProtocolError) -> Choice {
        let value = try integer(UInt8.self)
        guard let choice = make(value) else { throw .malformed("\(name) \(value) is not known") }
        return choice
    }

    fileprivate mutating func size() throws(ProtocolError) -> Int {
        let value = try integer(UInt64.self)
        guard let size = Int(exactly: value) else { throw .malformed("\(value) is too large for a size") }
        return size
    }
}
