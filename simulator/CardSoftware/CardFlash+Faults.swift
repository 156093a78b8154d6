import CardProtocol
package import FlashModel

/// What a test or a scenario does to the part itself, past the card's software.
extension CardFlash {
    package mutating func arm(_ cut: PowerCut) {
        model.arm(cut)
    }

    /// Takes the power away; the card is to be let go then.
    package mutating func turnOff(seed: UInt64) {
        // A file that cannot be written stays as it is: the power is gone all the same.
        try? model.turnOff(seed: seed)
    }

    package mutating func setFaults(_ faults: FlashFaults) {
        model.faults = faults
    }

    /// Lets bits of the image rot that was verified last: the one that does not run.
    package mutating func rotOtherInstance(bits: Int) {
        let instance = 1 - boot.active
        let bytes = Int(boot.instances[instance].imageBytes)
        guard boot.instances[instance].isValid, bytes > 0 else { return }
        try? model.rot(block: block(ofInstance: instance, offset: bytes / 2), bits: bits)
    }

    /// The erase block in which a byte of an instance stands.
    package func block(ofInstance instance: Int, offset: Int) -> Int {
        let last = layout.instanceCapacityBytes - 1
        return address(ofInstance: instance, offset: min(offset, last)) / layout.geometry.eraseSize
    }
}
