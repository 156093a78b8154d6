import SharedBytes

/// The loss of power: what it tears, and what of the operations before it is lost.
extension FlashModel {
    package var isPowered: Bool { power.isOn }

    /// In which order operations become persistent.
    package var persistence: FlashPersistence {
        get { power.persistence }
        set {
            power.persistence = newValue
            power.forgetPending()
        }
    }

    /// Lets the power fail at an operation; counting starts now.
    package mutating func arm(_ cut: PowerCut) {
        power.arm(cut)
    }

    /// The power will not fail by itself.
    package mutating func disarm() {
        power.arm(nil)
    }

    /// Turns the power on again: a part that is idle, with its contents as the loss has left them, and its clock at 0.
    package mutating func restorePower() {
        power.isOn = true
        disarm()
        busyUntil = .zero
    }

    /// Takes the power away between two operations.
    package mutating func turnOff(seed: UInt64 = 0) throws(FlashError) {
        power.isOn = false
        try losePending(seed: seed)
    }

    /// Tears the operation that is cut, loses what is not persistent, and turns the power off.
    ///
    /// - Throws: always; `powerLost` when nothing worse has happened.
    mutating func losePower(_ tear: (inout FlashModel) throws(FlashError) -> Void) throws(FlashError) {
        guard let cut = power.cut else { preconditionFailure("the power fails, and nothing was armed") }
        try tear(&self)
        power.isOn = false
        try losePending(seed: cut.seed)
        power.arm(nil)
        throw .powerLost
    }

    /// Remembers how the block is, in case the next operation on it is lost.
    mutating func remember(_ block: Int) throws(FlashError) {
        guard case .outOfOrder = power.persistence else { return }
        let before = try storing { storage throws(FlashStorageError) in try storage.image(ofBlock: block) }
        power.remember(FlashPower.Pending(block: block, before: before))
    }

    /// Each block that has pending operations keeps the first few of them, as drawn.
    private mutating func losePending(seed: UInt64) throws(FlashError) {
        let pending = power.pending
        power.forgetPending()
        var decided: [Int] = []
        for index in pending.indices where !decided.contains(pending[index].block) {
            let block = pending[index].block
            decided.append(block)
            let own = pending[index...].filter { $0.block == block }
            var draw = FlashDraw(seed: seed, .lostOperations, block)
            let kept = draw.below(own.count + 1)
            guard kept < own.count else { continue }
            try storing { storage throws(FlashStorageError) in
                try storage.replace(block: block, with: own[kept].before)
            }
        }
    }

    // MARK: Torn operations

    mutating func tearErase(_ block: Int) throws(FlashError) {
        guard let cut = power.cut, cut.torn != .none else { return }
        try remember(block)
        var image = try storing { storage throws(FlashStorageError) in try storage.image(ofBlock: block) }
        try storing { storage throws(FlashStorageError) in
            try storage.addCycle(ofBlock: block)
            try storage.erase(block: block)
        }
        counts.erases += 1
        if cut.torn == .complete { return }
        var draw = FlashDraw(seed: cut.seed, .tornOperation, block)
        if cut.torn == .prefix {
            let units = draw.below(geometry.unitsPerBlock)
            let bytes = units * geometry.programSize
            image.contents.replaceSubrange(..<bytes, with: repeatElement(profile.erasedValue, count: bytes))
            image.programmed.withUnsafeMutableBytes { UnitBits($0).set(false, in: 0..<units) }
        } else {
            for index in image.contents.indices { image.contents[index] = UInt8(truncatingIfNeeded: draw.next()) }
            let units = geometry.unitsPerBlock
            image.programmed.withUnsafeMutableBytes { UnitBits($0).set(true, in: 0..<units) }
        }
        try storing { storage throws(FlashStorageError) in try storage.replace(block: block, with: image) }
    }

    /// - Parameter bytes: what the unit was to hold.
    mutating func tearProgram(_ unit: Int, _ bytes: UnsafeRawBufferPointer) throws(FlashError) {
        guard let cut = power.cut, cut.torn != .none else { return }
        try remember(unit / geometry.unitsPerBlock)
        var torn = [UInt8](bytes)
        var draw = FlashDraw(seed: cut.seed, .tornOperation, unit)
        switch cut.torn {
        case .none, .complete: break
        case .prefix:
            // At least a byte is missing, if there are two.
            let kept = torn.count > 1 ? 1 + draw.below(torn.count - 1) : 0
            for index in kept..<torn.count { torn[index] = profile.erasedValue }
        case .garbage:
            for index in torn.indices { torn[index] = UInt8(truncatingIfNeeded: draw.next()) }
        }
        counts.programs += 1
        try torn.span.withUnsafeBytes { (bytes) throws(FlashError) in
            try storing { storage throws(FlashStorageError) in
                try storage.program(firstUnit: unit, bytes: Stretch(bytes))
            }
        }
    }
}
