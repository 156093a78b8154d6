import SharedBytes

/// What fails, and how.
extension FlashModel {
    enum EraseFailure {
        case reported, silent
    }

    /// Whether the factory has marked the block as bad. Real parts keep the mark in the block itself; here no erase removes it.
    package func isFactoryBad(block: Int) -> Bool {
        guard faults.factoryBadShare > 0 && block > 0 else { return false }
        var draw = FlashDraw(seed: faults.seed, .factoryBad, block)
        return draw.fraction() < faults.factoryBadShare
    }

    /// How many cycles the block is good for: what the data sheet promises, and up to a quarter more. nil: for ever.
    package func endurance(ofBlock block: Int) -> Int? {
        guard let promised = profile.enduranceCycles else { return nil }
        var draw = FlashDraw(seed: faults.seed, .endurance, block)
        return promised + draw.below(promised / 4 + 1)
    }

    /// Whether the block has been erased more often than it is good for.
    package func isWornOut(block: Int) throws(FlashError) -> Bool {
        guard let endurance = endurance(ofBlock: block) else { return false }
        return try cycles(ofBlock: block) >= endurance
    }

    func misbehaves(_ block: Int, _ behaviour: BlockFault.Behaviour, cycles: Int) -> Bool {
        faults.blocks.contains { $0.block == block && $0.behaviour == behaviour && cycles >= $0.afterCycles }
    }

    /// - Parameter cycles: before this erase.
    func eraseFailure(_ block: Int, cycles: Int) -> EraseFailure? {
        if !isSound {
            if misbehaves(block, .eraseError, cycles: cycles) { return .reported }
            if misbehaves(block, .eraseNoop, cycles: cycles) { return .silent }
        }
        if isFactoryBad(block: block) { return .reported }
        // The first symptom of wear is an erase that fails.
        guard let promised = profile.enduranceCycles, cycles >= promised, let endurance = endurance(ofBlock: block)
        else { return nil }
        return cycles >= endurance ? .reported : nil
    }

    /// The first of the block's units that cannot be programmed.
    func failingUnit(of units: Range<Int>, block: Int, cycles: Int) -> Int? {
        if misbehaves(block, .programError, cycles: cycles) { return units.lowerBound }
        // Without a list of candidates, which would be an allocation for each program.
        var first: Int?
        for fault in faults.units
        where fault.behaviour == .weakPage && units.contains(fault.unit) && cycles >= fault.afterCycles {
            first = min(first ?? fault.unit, fault.unit)
        }
        return first
    }

    mutating func leaveGarbage(inUnit unit: Int) throws(FlashError) {
        var draw = FlashDraw(seed: faults.seed, .tornOperation, counts.operations)
        let bytes = (0..<geometry.programSize).map { _ in UInt8(truncatingIfNeeded: draw.next()) }
        try bytes.span.withUnsafeBytes { (bytes) throws(FlashError) in
            try storing { storage throws(FlashStorageError) in
                try storage.program(firstUnit: unit, bytes: Stretch(bytes))
            }
        }
    }

    /// Spoils what was read, or fails it.
    mutating func misread(address: Int, _ buffer: UnsafeMutableRawBufferPointer) throws(FlashError) {
        guard !buffer.isEmpty else { return }
        let end = address + buffer.count
        for block in address / geometry.eraseSize...(end - 1) / geometry.eraseSize {
            let cycles = try self.cycles(ofBlock: block)
            if misbehaves(block, .readError, cycles: cycles) {
                throw .readFailed(address: max(address, block * geometry.eraseSize))
            }
        }
        for fault in faults.units where fault.behaviour == .gravePage {
            let start = fault.unit * geometry.programSize
            guard start < end && start + geometry.programSize > address else { continue }
            if try cycles(ofBlock: fault.unit / geometry.unitsPerBlock) >= fault.afterCycles {
                throw .readFailed(address: max(address, start))
            }
        }
        guard faults.bitFlipProbability > 0 else { return }
        var draw = FlashDraw(seed: faults.seed, .bitFlip, counts.reads)
        if draw.fraction() < faults.bitFlipProbability {
            buffer[draw.below(buffer.count)] ^= 1 << UInt8(draw.below(8))
        }
    }

    /// Lets cells of a block lose their charge: flips so many of the bits in its programmed units, for good.
    package mutating func rot(block: Int, bits: Int) throws(FlashError) {
        guard block >= 0 && block < geometry.blockCount else {
            throw .noSuchBlock(block, blockCount: geometry.blockCount)
        }
        let unitBytes = geometry.programSize
        var image = try storing { storage throws(FlashStorageError) in try storage.image(ofBlock: block) }
        let units = (0..<geometry.unitsPerBlock).filter { image.programmed[$0 >> 3] & (1 << UInt8($0 & 7)) != 0 }
        guard !units.isEmpty else { return }
        var draw = FlashDraw(seed: faults.seed, .rot, block)
        for _ in 0..<bits {
            let byte = units[draw.below(units.count)] * unitBytes + draw.below(unitBytes)
            image.contents[byte] ^= 1 << UInt8(draw.below(8))
        }
        try storing { storage throws(FlashStorageError) in try storage.replace(block: block, with: image) }
    }
}
