import CardProtocol
import FlashModel
import Glibc
import SoftwareImage

/// A card's flash as its software uses it: boot records, and an instance that is written from front to back.
///
/// The one place that erases and programs. Times are as `FlashModel` has them.
struct CardFlash: Sendable {
    var model: FlashModel
    let layout: FlashLayout
    private(set) var boot: BootRecord
    /// The erase block, 0 or 1, in which `boot` stands.
    private var bootBlock: Int

    /// Finds the newest boot record; a flash that no card has used gets the factory's.
    init(_ model: FlashModel, factoryVersion: String) throws(CardError) {
        self.model = model
        layout = try FlashLayout(model.geometry)
        let found: (record: BootRecord, block: Int)?
        let isUnused: Bool
        do throws(FlashError) {
            found = try Self.newestBootRecord(in: model)
            let wear = (try model.wear(ofBlock: 0), try model.wear(ofBlock: 1))
            isUnused = wear == (0, 0)
        } catch {
            throw .flash(.refused(error))
        }
        if let found {
            boot = found.record
            bootBlock = found.block
            return
        }
        // Before the first erase there was only the factory's record, which may be written again.
        guard isUnused else { throw .noBootRecord }
        boot = BootRecord(sequence: 0, instances: BootRecord.factory(version: factoryVersion).instances)
        bootBlock = 1
        do throws(FlashFailure) { try store(boot.instances, at: .zero) } catch { throw .flash(error) }
    }

    static func newestBootRecord(in model: FlashModel) throws(FlashError) -> (record: BootRecord, block: Int)? {
        var newest: (record: BootRecord, block: Int)?
        for block in 0..<FlashLayout.bootBlocks {
            let bytes = try head(ofBlock: block, in: model)
            guard let record = bytes.withUnsafeBytes({ BootRecord(decoding: $0) }) else { continue }
            if newest.map({ $0.record.sequence < record.sequence }) ?? true { newest = (record, block) }
        }
        return newest
    }

    /// As much of a block as a boot record may take.
    private static func head(ofBlock block: Int, in model: FlashModel) throws(FlashError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: BootRecord.maximumBytes)
        var span = bytes.mutableSpan
        try span.withUnsafeMutableBytes { (buffer) throws(FlashError) in
            try model.peek(address: block * model.geometry.eraseSize, into: buffer)
        }
        return bytes
    }

    /// Writes a boot record in place of the older copy.
    ///
    /// - Returns: when it is there.
    @discardableResult
    mutating func store(_ instances: [InstanceState], at time: Duration) throws(FlashFailure) -> Duration {
        let record = BootRecord(sequence: boot.sequence + 1, instances: instances)
        let block = 1 - bootBlock
        let encoded = record.encode()
        let padded = layout.geometry.units(holding: encoded.count) * layout.geometry.programSize
        let bytes = encoded + [UInt8](repeating: model.profile.erasedValue, count: padded - encoded.count)
        var scratch = bytes
        let end = try write(bytes, block: block, at: time, &scratch)
        boot = record
        bootBlock = block
        return end
    }

    private mutating func write(
        _ bytes: [UInt8], block: Int, at time: Duration, _ scratch: inout [UInt8]
    ) throws(FlashFailure) -> Duration {
        let address = block * layout.geometry.eraseSize
        let blank = model.profile.erasedValue
        do throws(FlashError) {
            if try Self.head(ofBlock: block, in: model).contains(where: { $0 != blank }) {
                try model.erase(block: block, at: time)
            }
            try bytes.span.withUnsafeBytes { (bytes) throws(FlashError) in
                _ = try model.program(address: address, bytes: bytes, at: time)
            }
        } catch {
            throw .refused(error)
        }
        var span = scratch.mutableSpan
        return try span.withUnsafeMutableBytes { (scratch) throws(FlashFailure) in
            try bytes.span.withUnsafeBytes { (bytes) throws(FlashFailure) in
                try readBack(bytes, address: address, at: time, scratch) { _ in }
            }
        }
    }

    // MARK: Instances

    /// Programs the next bytes of a download: erases each block just before its first program, reads back, compares, and
    /// hashes what it has read.
    ///
    /// - Parameters:
    ///   - padded: the bytes, and behind them what fills the last program unit.
    ///   - byteCount: how many of them belong to the image.
    ///   - time: when the bytes have arrived.
    ///   - scratch: memory for reading back; whole read units.
    /// - Returns: when the flash is done with it.
    mutating func append(
        _ padded: UnsafeRawBufferPointer, byteCount: Int, to progress: inout DownloadProgress, at time: Duration,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) -> Duration {
        precondition(progress.instance != boot.active, "the running instance is never written")
        let base = layout.address(ofInstance: progress.instance)
        let address = base + progress.programmedBytes
        do throws(FlashError) {
            while progress.erasedBytes < progress.programmedBytes + byteCount {
                try model.erase(block: (base + progress.erasedBytes) / layout.geometry.eraseSize, at: time)
                progress.erasedBytes += layout.geometry.eraseSize
            }
            try model.program(address: address, bytes: padded, at: time)
        } catch {
            throw .refused(error)
        }
        let bytes = UnsafeRawBufferPointer(rebasing: padded[..<byteCount])
        let end = try readBack(bytes, address: address, at: time, scratch) { progress.hash.update($0) }
        progress.programmedBytes += byteCount
        return end
    }

    /// Compares bytes of an instance with what they should be.
    ///
    /// - Parameter seen: is handed what was read, a part after the other.
    /// - Returns: when the flash is done with it.
    mutating func compare(
        _ bytes: UnsafeRawBufferPointer, instance: Int, offset: Int, at time: Duration,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) -> Duration {
        try readBack(bytes, address: layout.address(ofInstance: instance) + offset, at: time, scratch) { _ in }
    }

    private mutating func readBack(
        _ bytes: UnsafeRawBufferPointer, address: Int, at time: Duration, _ scratch: UnsafeMutableRawBufferPointer,
        _ seen: (UnsafeRawBufferPointer) -> Void
    ) throws(FlashFailure) -> Duration {
        var done = 0
        while done < bytes.count {
            let part = UnsafeMutableRawBufferPointer(rebasing: scratch[..<min(scratch.count, bytes.count - done)])
            do { try model.read(address: address + done, into: part, at: time) } catch { throw .refused(error) }
            if memcmp(part.baseAddress!, bytes.baseAddress! + done, part.count) != 0 {
                let index = part.indices.first { part[$0] != bytes[done + $0] } ?? 0
                throw .readBackDiffers(address: address + done + index)
            }
            seen(UnsafeRawBufferPointer(part))
            done += part.count
        }
        return model.busyUntil
    }
}
