import Glibc
package import SharedBytes

/// A flash's contents in a file (`FlashFileLayout`), which outlive the process, however it ends.
///
/// Nothing is kept in memory and nothing is mapped, so that the flash does not count as the card's memory: every
/// operation is pread(2) and pwrite(2). What the kernel has taken stays when the process is killed; there is no fsync(2),
/// for a crash of the whole machine ends the simulation anyway.
package struct FileFlashStorage: FlashStorage {
    /// Who may use the file next to this one.
    package enum Access: Sendable {
        /// Reads and writes; made when it is not there; one process at a time (flock(2)).
        case exclusive
        /// Reads only, also while a card uses it.
        case inspection
    }

    /// The programmed bits that are looked at together, on the stack: 16,384 units.
    private typealias BitsBuffer = InlineArray<2048, UInt8>

    package let header: FlashFileHeader
    package let path: String
    private let layout: FlashFileLayout
    private let file: OpenFile

    package var geometry: FlashGeometry { layout.geometry }

    /// - Parameter faults: those whose seed and age a new file notes, and an older one must have.
    /// - Throws: `refused` for a file of another flash or version, or a truncated one; `inUse`; `full`; `failed`. Then the
    ///   file is as it was.
    package init(
        path: String, profile: FlashProfile, faults: FlashFaults = .none, access: Access = .exclusive
    ) throws(FlashStorageError) {
        self.path = path
        header = FlashFileHeader(profile, faults)
        layout = FlashFileLayout(geometry: profile.geometry)
        if access == .exclusive { try Self.createIfAbsent(path, header, layout) }
        file = try OpenFile(path, access == .exclusive ? O_RDWR : O_RDONLY)
        if access == .exclusive && flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            throw errno == EWOULDBLOCK ? .inUse(path: path) : .last(path, "flock")
        }
        let found = try Self.headerBytes(of: file, path)
        do { try header.check(found) } catch { throw FlashStorageError(path: path, error) }
        try checkSize()
    }

    /// Opens a file for inspection, of whatever flash it is.
    ///
    /// - Throws: `refused` for what is no flash file of this version, or a truncated one; `failed`.
    package init(inspecting path: String) throws(FlashStorageError) {
        self.path = path
        // A pipe without a writer would be waited for.
        file = try OpenFile(path, O_RDONLY | O_NONBLOCK)
        let found = try Self.headerBytes(of: file, path)
        do { header = try FlashFileHeader(decoding: found) } catch { throw FlashStorageError(path: path, error) }
        layout = FlashFileLayout(geometry: header.geometry)
        try checkSize()
    }

    /// Where address 0 of the flash stands in its file.
    package static var contentsOffset: Int { FlashFileLayout.contentsOffset }

    /// The header as it is in the file, or what there is of it.
    private static func headerBytes(of file: OpenFile, _ path: String) throws(FlashStorageError) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: FlashFileHeader.byteCount)
        let count = header.withUnsafeMutableBytes { pread(file.descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .last(path, "read of the header") }
        return Array(header[..<count])
    }

    private func checkSize() throws(FlashStorageError) {
        let size = Int(lseek(file.descriptor, 0, SEEK_END))
        guard size == layout.fileBytes else {
            throw .refused(path: path, field: "size", expected: "\(layout.fileBytes) bytes", found: "\(size) bytes")
        }
    }

    /// Makes the file under another name first, so that a card that is killed meanwhile leaves no half of one.
    private static func createIfAbsent(
        _ path: String, _ header: FlashFileHeader, _ layout: FlashFileLayout
    ) throws(FlashStorageError) {
        guard Glibc.access(path, F_OK) != 0 else { return }
        let draft = "\(path).\(getpid()).new"
        do throws(FlashStorageError) {
            let file = try OpenFile(draft, O_RDWR | O_CREAT | O_TRUNC)
            let header = header.bytes
            let written = header.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, 0) }
            guard written >= 0 else { throw .last(path, "write of the header") }
            guard written == header.count else { throw .full(path: path, operation: "write of the header") }
            guard ftruncate(file.descriptor, off_t(layout.fileBytes)) == 0 else { throw .last(path, "ftruncate") }
            // Unlike rename(2), link(2) does not replace a file that another process has made meanwhile.
            guard link(draft, path) == 0 || errno == EEXIST else { throw .last(path, "link") }
        } catch {
            unlink(draft)
            throw error
        }
        unlink(draft)
    }

    // MARK: Storage

    package func firstProgrammed(in units: Range<Int>) throws(FlashStorageError) -> Int? {
        var found: Int?
        try eachBits(in: units, save: false) { bits, base, range in
            guard let bit = bits.first(true, in: range) else { return true }
            found = base + bit
            return false
        }
        return found
    }

    package mutating func program(firstUnit: Int, bytes: Stretch) throws(FlashStorageError) {
        // The contents first: when the process is killed between the two, the units are still unprogrammed.
        try write(bytes.bytes, at: FlashFileLayout.contentsOffset + firstUnit * geometry.programSize, "program")
        try eachBits(in: firstUnit..<firstUnit + bytes.count / geometry.programSize, save: true) { bits, _, range in
            bits.set(true, in: range)
            return true
        }
    }

    package func read(address: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FlashStorageError) {
        guard buffer.count > 0 else { return }
        try read(buffer, at: FlashFileLayout.contentsOffset + address, "read")
        let unitBytes = geometry.programSize
        let units = address / unitBytes..<(address + buffer.count + unitBytes - 1) / unitBytes
        try eachBits(in: units, save: false) { bits, base, range in
            let low = max(address, (base + range.lowerBound) * unitBytes)
            let high = min(address + buffer.count, (base + range.upperBound) * unitBytes)
            bits.blank(
                UnsafeMutableRawBufferPointer(rebasing: buffer[low - address..<high - address]), address: low,
                unitBytes: unitBytes, firstBitUnit: base, erasedValue: header.erasedValue)
            return true
        }
    }

    package mutating func erase(block: Int) throws(FlashStorageError) {
        let first = block * geometry.unitsPerBlock
        try eachBits(in: first..<first + geometry.unitsPerBlock, save: true) { bits, _, range in
            bits.set(false, in: range)
            return true
        }
    }

    package mutating func addCycle(ofBlock block: Int) throws(FlashStorageError) {
        var cycles = (try wear(ofBlock: block) &+ 1).bigEndian
        try withUnsafeBytes(of: &cycles) { (bytes) throws(FlashStorageError) in
            try write(bytes, at: layout.wearOffset + 4 * block, "wear")
        }
    }

    package func image(ofBlock block: Int) throws(FlashStorageError) -> FlashBlockImage {
        var contents = [UInt8](repeating: 0, count: geometry.eraseSize)
        var span = contents.mutableSpan
        try span.withUnsafeMutableBytes { (buffer) throws(FlashStorageError) in
            try read(address: block * geometry.eraseSize, into: buffer)
        }
        var programmed = [UInt8](repeating: 0, count: UnitBits.byteCount(units: geometry.unitsPerBlock))
        let first = block * geometry.unitsPerBlock
        try eachBits(in: first..<first + geometry.unitsPerBlock, save: false) { bits, base, range in
            programmed.withUnsafeMutableBytes { target in
                var at = range.lowerBound
                while let bit = bits.first(true, in: at..<range.upperBound) {
                    UnitBits(target).set(true, in: base + bit - first..<base + bit - first + 1)
                    at = bit + 1
                }
            }
            return true
        }
        return FlashBlockImage(contents: contents, programmed: programmed)
    }

    package mutating func replace(block: Int, with image: FlashBlockImage) throws(FlashStorageError) {
        try image.contents.span.withUnsafeBytes { (bytes) throws(FlashStorageError) in
            try write(bytes, at: FlashFileLayout.contentsOffset + block * geometry.eraseSize, "replace")
        }
        let first = block * geometry.unitsPerBlock
        try eachBits(in: first..<first + geometry.unitsPerBlock, save: true) { bits, base, range in
            image.programmed.withUnsafeBytes { bytes in
                let source = UnitBits(UnsafeMutableRawBufferPointer(mutating: bytes))
                bits.set(false, in: range)
                var at = base + range.lowerBound - first
                let end = base + range.upperBound - first
                while let unit = source.first(true, in: at..<end) {
                    bits.set(true, in: unit + first - base..<unit + first - base + 1)
                    at = unit + 1
                }
            }
            return true
        }
    }

    package func wear(ofBlock block: Int) throws(FlashStorageError) -> UInt32 {
        var cycles: UInt32 = 0
        try withUnsafeMutableBytes(of: &cycles) { (bytes) throws(FlashStorageError) in
            try read(bytes, at: layout.wearOffset + 4 * block, "wear")
        }
        return UInt32(bigEndian: cycles)
    }

    // MARK: File

    /// Hands the bits of `units` to `body`, a part after the other, until it returns false.
    ///
    /// - Parameters:
    ///   - save: whether they are written back.
    ///   - body: gets the bits, the unit that bit 0 stands for, and which of the bits are meant.
    private func eachBits(
        in units: Range<Int>, save: Bool, _ body: (UnitBits, _ base: Int, Range<Int>) -> Bool
    ) throws(FlashStorageError) {
        var storage = BitsBuffer(repeating: 0)
        try withUnsafeMutableBytes(of: &storage) { (buffer) throws(FlashStorageError) in
            var unit = units.lowerBound
            while unit < units.upperBound {
                let base = unit & ~7
                let end = min(units.upperBound, base + 8 * buffer.count)
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<UnitBits.byteCount(units: end - base)])
                let offset = layout.bitsOffset + base / 8
                try read(part, at: offset, "read of the programmed units")
                let goesOn = body(UnitBits(part), base, unit - base..<end - base)
                if save { try write(UnsafeRawBufferPointer(part), at: offset, "write of the programmed units") }
                guard goesOn else { return }
                unit = end
            }
        }
    }

    private func read(
        _ buffer: UnsafeMutableRawBufferPointer, at offset: Int, _ operation: String
    ) throws(FlashStorageError) {
        var done = 0
        while done < buffer.count {
            let count = pread(file.descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last(path, operation) }
            guard count > 0 else {
                throw .refused(
                    path: path, field: "size", expected: "\(layout.fileBytes) bytes", found: "\(offset + done) bytes")
            }
            done += count
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ operation: String) throws(FlashStorageError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(file.descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last(path, operation) }
            done += count
        }
    }
}

/// An open file, closed when it is let go.
private final class OpenFile: Sendable {
    let descriptor: CInt

    init(_ path: String, _ flags: CInt) throws(FlashStorageError) {
        descriptor = open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .last(path, "open") }
    }

    deinit {
        close(descriptor)
    }
}

extension FlashStorageError {
    /// The error of the system call that has just failed.
    fileprivate static func last(_ path: String, _ operation: String) -> FlashStorageError {
        FlashStorageError(path: path, operation: operation, code: errno)
    }

    fileprivate init(path: String, _ refusal: FlashFileHeader.Refusal) {
        self = .refused(path: path, field: refusal.field, expected: refusal.expected, found: refusal.found)
    }

    /// - Parameter code: an `errno` value (errno(3)).
    package init(path: String, operation: String, code: Int32) {
        self =
            [ENOSPC, EDQUOT].contains(code)
            ? .full(path: path, operation: operation)
            : .failed(path: path, operation: operation, reason: String(cString: strerror(code)))
    }
}
