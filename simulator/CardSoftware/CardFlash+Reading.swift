import CardProtocol
package import FlashModel
package import SharedBytes
import SoftwareImage

/// Reading instances, wherever their blocks are.
extension CardFlash {
    /// How often a block is read before what it says is believed to be wrong: a flipped bit may read right the next time.
    static let reads = 3
    /// What is read at once where there is no memory of the caller's, in bytes.
    private static let chunkBytes = 4096

    /// The address of a byte of an instance; the bytes up to the end of its erase block follow it.
    func address(ofInstance instance: Int, offset: Int) -> Int {
        let (index, within) = offset.quotientAndRemainder(dividingBy: layout.geometry.eraseSize)
        let block = boot.badBlocks.place(of: layout.block(index, ofInstance: instance))
        return block * layout.geometry.eraseSize + within
    }

    /// Reads a part of an instance.
    ///
    /// - Returns: when the flash is done with it.
    package mutating func read(
        instance: Int, offset: Int, into buffer: UnsafeMutableRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Duration {
        var done = 0
        while done < buffer.count {
            let count = min(buffer.count - done, bytesToBlockEnd(offset + done))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            try model.read(address: address(ofInstance: instance, offset: offset + done), into: part, at: time)
            done += count
        }
        return model.busyUntil
    }

    /// Reads a part of an instance for somebody else: between two units of what keeps the flash busy, not after it.
    ///
    /// - Returns: when the part is read.
    package mutating func readBetween(
        instance: Int, offset: Int, into buffer: UnsafeMutableRawBufferPointer, at time: Duration
    ) throws(FlashError) -> Duration {
        var end = time
        var done = 0
        while done < buffer.count {
            let count = min(buffer.count - done, bytesToBlockEnd(offset + done))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            end = try model.readBetween(
                address: address(ofInstance: instance, offset: offset + done), into: part, at: time)
            done += count
        }
        return end
    }

    /// Compares bytes of an instance with what they should be.
    ///
    /// - Returns: when the flash is done with it.
    package mutating func compare(
        _ bytes: Stretch, instance: Int, offset: Int, at time: Duration,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) -> Duration {
        var end = max(model.busyUntil, time)
        var done = 0
        while done < bytes.count {
            let count = min(bytes.count - done, bytesToBlockEnd(offset + done))
            end = try readBack(
                bytes[done..<done + count], address: address(ofInstance: instance, offset: offset + done), at: time,
                scratch)
            done += count
        }
        return end
    }

    func bytesToBlockEnd(_ offset: Int) -> Int {
        layout.geometry.eraseSize - offset % layout.geometry.eraseSize
    }

    /// Reads until it reads right, or too often.
    mutating func readBack(
        _ bytes: Stretch, address: Int, at time: Duration, _ scratch: UnsafeMutableRawBufferPointer
    ) throws(FlashFailure) -> Duration {
        var done = 0
        while done < bytes.count {
            let part = UnsafeMutableRawBufferPointer(rebasing: scratch[..<min(scratch.count, bytes.count - done)])
            let expected = bytes[done..<done + part.count]
            var isRight = false
            for _ in 0..<Self.reads where !isRight {
                let seen: Stretch
                do { seen = try model.read(address: address + done, through: part, at: time) } catch {
                    throw .refused(error)
                }
                isRight = seen.isEqual(to: expected)
            }
            if !isRight {
                let index = part.indices.first { part[$0] != expected.bytes[$0] } ?? 0
                throw .readBackDiffers(address: address + done + index)
            }
            done += part.count
        }
        return model.busyUntil
    }

    /// Computes the digest of an instance's image from the flash, more than once where it is wrong.
    ///
    /// - Returns: whether it is that of the boot record. An image that is not in the flash, as the factory's, has none to be
    ///   wrong.
    mutating func verify(_ instance: Int, at time: Duration) throws(FlashFailure) -> Bool {
        let state = boot.instances[instance]
        guard state.isValid else { return false }
        guard state.imageBytes > 0 else { return true }
        guard state.imageBytes <= layout.instanceCapacityBytes else { return false }
        for _ in 0..<Self.reads {
            var hash = SHA256()
            do throws(FlashError) {
                try eachPart(of: instance, byteCount: Int(state.imageBytes), at: time) { hash.update($0) }
            } catch {
                guard case .readFailed = error else { throw .refused(error) }
                return false
            }
            if hash.digest() == state.digest { return true }
        }
        return false
    }

    mutating func eachPart(
        of instance: Int, from start: Int = 0, byteCount: Int, at time: Duration,
        _ body: (Stretch) -> Void
    ) throws(FlashError) {
        var chunk = [UInt8](repeating: 0, count: min(max(Self.chunkBytes, layout.geometry.readSize), byteCount))
        var offset = start
        while offset < start + byteCount {
            let count = min(chunk.count, start + byteCount - offset)
            var span = chunk.mutableSpan
            try span.withUnsafeMutableBytes { (buffer) throws(FlashError) in
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                guard count > bytesToBlockEnd(offset) else {
                    let address = address(ofInstance: instance, offset: offset)
                    return body(try model.read(address: address, through: part, at: time))
                }
                _ = try read(instance: instance, offset: offset, into: part, at: time)
                body(Stretch(UnsafeRawBufferPointer(part)))
            }
            offset += count
        }
    }
}
