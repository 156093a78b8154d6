package import SharedBytes

/// A flash's contents in memory: a value, whose copy is a snapshot.
///
/// An erased block takes no memory, one that was programmed from a shared memory refers to it, and any other has as much as is
/// programmed of it. So ten thousand cards that hold one image are little more than that image.
package struct MemoryFlashStorage: FlashStorage {
    private enum Block {
        case erased
        /// From its first unit on; the rest is erased.
        case shared(SharedBytes)
        case own(OwnBlock)
    }

    package let geometry: FlashGeometry
    private let erasedValue: UInt8
    private var blocks: [Block]
    private var wear: [UInt32]

    package init(_ profile: FlashProfile) {
        geometry = profile.geometry
        erasedValue = profile.erasedValue
        blocks = Array(repeating: .erased, count: geometry.blockCount)
        wear = Array(repeating: 0, count: geometry.blockCount)
    }

    package func firstProgrammed(in units: Range<Int>) -> Int? {
        var unit = units.lowerBound
        while unit < units.upperBound {
            let (block, within) = unit.quotientAndRemainder(dividingBy: geometry.unitsPerBlock)
            let base = block * geometry.unitsPerBlock
            let end = min(units.upperBound, base + geometry.unitsPerBlock)
            switch blocks[block] {
            case .erased: break
            case .shared(let shared): if within * geometry.programSize < shared.count { return unit }
            case .own(let own): if let found = own.firstProgrammed(in: within..<end - base) { return base + found }
            }
            unit = end
        }
        return nil
    }

    package mutating func program(firstUnit: Int, bytes: Stretch) {
        var done = 0
        while done < bytes.count {
            let unit = firstUnit + done / geometry.programSize
            let (block, within) = unit.quotientAndRemainder(dividingBy: geometry.unitsPerBlock)
            let offset = within * geometry.programSize
            let count = min(bytes.count - done, geometry.eraseSize - offset)
            program(block, offset, bytes[done..<done + count])
            done += count
        }
    }

    private mutating func program(_ block: Int, _ offset: Int, _ bytes: Stretch) {
        if let shared = bytes.shared {
            switch blocks[block] {
            case .erased where offset == 0:
                blocks[block] = .shared(shared)
                return
            case .shared(let before) where before.count == offset:
                if let joined = before.joined(with: shared) {
                    blocks[block] = .shared(joined)
                    return
                }
            default: break
            }
        }
        var own = own(block)
        // The array in it is to be changed in place.
        blocks[block] = .erased
        own.program(offset, bytes.bytes)
        blocks[block] = .own(own)
    }

    /// What the block holds, as memory of its own.
    private func own(_ block: Int) -> OwnBlock {
        switch blocks[block] {
        case .erased: return OwnBlock(geometry, erasedValue: erasedValue)
        case .own(let own): return own
        case .shared(let shared):
            var own = OwnBlock(geometry, erasedValue: erasedValue)
            own.program(0, shared.bytes)
            return own
        }
    }

    package func read(address: Int, into buffer: UnsafeMutableRawBufferPointer) {
        var done = 0
        while done < buffer.count {
            let (block, offset) = (address + done).quotientAndRemainder(dividingBy: geometry.eraseSize)
            let count = min(buffer.count - done, geometry.eraseSize - offset)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            switch blocks[block] {
            case .erased: copy(.empty, from: offset, into: part)
            case .shared(let shared): copy(shared.bytes, from: offset, into: part)
            case .own(let own): own.contents.withUnsafeBytes { copy($0, from: offset, into: part) }
            }
            done += count
        }
    }

    /// Copies from what a block holds; behind it the block is erased.
    private func copy(
        _ contents: UnsafeRawBufferPointer, from offset: Int, into part: UnsafeMutableRawBufferPointer
    ) {
        let held = max(0, min(part.count, contents.count - offset))
        if held > 0 { part.copyMemory(from: UnsafeRawBufferPointer(rebasing: contents[offset..<offset + held])) }
        UnsafeMutableRawBufferPointer(rebasing: part[held...]).initializeMemory(
            as: UInt8.self, repeating: erasedValue)
    }

    package func shared(at address: Int, byteCount: Int) -> SharedBytes? {
        let (block, offset) = address.quotientAndRemainder(dividingBy: geometry.eraseSize)
        guard byteCount > 0, case .shared(let shared) = blocks[block], offset + byteCount <= shared.count else {
            return nil
        }
        return shared[offset..<offset + byteCount]
    }

    package mutating func erase(block: Int) {
        blocks[block] = .erased
    }

    package func wear(ofBlock block: Int) -> UInt32 {
        wear[block]
    }

    package mutating func addCycle(ofBlock block: Int) {
        wear[block] &+= 1
    }

    package func image(ofBlock block: Int) -> FlashBlockImage {
        own(block).image
    }

    package mutating func replace(block: Int, with image: FlashBlockImage) {
        let isErased = !image.programmed.contains { $0 != 0 }
        blocks[block] = isErased ? .erased : .own(OwnBlock(image, geometry, erasedValue: erasedValue))
    }
}

extension UnsafeRawBufferPointer {
    fileprivate static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
}
