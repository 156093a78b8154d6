/// A flash's contents in memory: a value, whose copy is a snapshot. An erased block takes no memory.
package struct MemoryFlashStorage: FlashStorage {
    private struct Block {
        var contents: [UInt8] = []
        var programmed: [UInt8] = []
    }

    package let geometry: FlashGeometry
    private let erasedValue: UInt8
    /// Empty arrays for a block without a programmed unit.
    private var blocks: [Block]
    private var wear: [UInt32]

    package init(_ profile: FlashProfile) {
        geometry = profile.geometry
        erasedValue = profile.erasedValue
        blocks = Array(repeating: Block(), count: geometry.blockCount)
        wear = Array(repeating: 0, count: geometry.blockCount)
    }

    package func firstProgrammed(in units: Range<Int>) -> Int? {
        var unit = units.lowerBound
        while unit < units.upperBound {
            let (block, within) = unit.quotientAndRemainder(dividingBy: geometry.unitsPerBlock)
            let base = block * geometry.unitsPerBlock
            let end = min(units.upperBound, base + geometry.unitsPerBlock)
            if !blocks[block].programmed.isEmpty {
                let found = blocks[block].programmed.withUnsafeBytes { bytes in
                    UnitBits(UnsafeMutableRawBufferPointer(mutating: bytes)).first(true, in: within..<end - base)
                }
                if let found { return base + found }
            }
            unit = end
        }
        return nil
    }

    package mutating func program(firstUnit: Int, bytes: UnsafeRawBufferPointer) {
        var done = 0
        while done < bytes.count {
            let unit = firstUnit + done / geometry.programSize
            let (block, within) = unit.quotientAndRemainder(dividingBy: geometry.unitsPerBlock)
            let offset = within * geometry.programSize
            let count = min(bytes.count - done, geometry.eraseSize - offset)
            if blocks[block].contents.isEmpty {
                blocks[block].contents = Array(repeating: erasedValue, count: geometry.eraseSize)
                blocks[block].programmed = Array(repeating: 0, count: UnitBits.byteCount(units: geometry.unitsPerBlock))
            }
            blocks[block].contents.withUnsafeMutableBytes { contents in
                UnsafeMutableRawBufferPointer(rebasing: contents[offset..<offset + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[done..<done + count]))
            }
            let units = within..<within + count / geometry.programSize
            blocks[block].programmed.withUnsafeMutableBytes { UnitBits($0).set(true, in: units) }
            done += count
        }
    }

    package func read(address: Int, into buffer: UnsafeMutableRawBufferPointer) {
        var done = 0
        while done < buffer.count {
            let (block, offset) = (address + done).quotientAndRemainder(dividingBy: geometry.eraseSize)
            let count = min(buffer.count - done, geometry.eraseSize - offset)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            if blocks[block].contents.isEmpty {
                part.initializeMemory(as: UInt8.self, repeating: erasedValue)
            } else {
                blocks[block].contents.withUnsafeBytes {
                    part.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
                }
            }
            done += count
        }
    }

    package mutating func erase(block: Int) {
        blocks[block] = Block()
    }

    package func wear(ofBlock block: Int) -> UInt32 {
        wear[block]
    }

    package mutating func addCycle(ofBlock block: Int) {
        wear[block] &+= 1
    }

    package func image(ofBlock block: Int) -> FlashBlockImage {
        let block = blocks[block]
        guard block.contents.isEmpty else {
            return FlashBlockImage(contents: block.contents, programmed: block.programmed)
        }
        return FlashBlockImage(
            contents: Array(repeating: erasedValue, count: geometry.eraseSize),
            programmed: Array(repeating: 0, count: UnitBits.byteCount(units: geometry.unitsPerBlock)))
    }

    package mutating func replace(block: Int, with image: FlashBlockImage) {
        let isErased = !image.programmed.contains { $0 != 0 }
        blocks[block] = isErased ? Block() : Block(contents: image.contents, programmed: image.programmed)
    }
}
