extension FlashModel {
    /// The flash that a file keeps, for whoever looks at it, also while a card uses it: with the wear, age and seed that the file
    /// tells, without times, and without the faults that only the card's settings know.
    ///
    /// - Throws: `refused` for what is no flash file of this version, or a truncated one; `failed`.
    package init(inspecting path: String) throws(FlashStorageError) {
        let storage = try FileFlashStorage(inspecting: path)
        let header = storage.header
        var faults = FlashFaults()
        faults.initialCycles = header.initialCycles
        faults.seed = header.faultSeed
        let profile: FlashProfile
        do {
            profile = try FlashProfile(
                name: header.profileName, geometry: header.geometry, timing: .none,
                enduranceCycles: header.enduranceCycles, erasedValue: header.erasedValue)
        } catch {
            preconditionFailure("the header was read through the same checks: \(error)")
        }
        self.init(profile, storage: storage, faults: faults)
    }

    /// The most erase cycles of any block in each of so many equal parts of the flash, those before its first day included; empty
    /// when it cannot be read.
    package func wear(inParts count: Int) -> [Int] {
        let blocks = geometry.blockCount
        let parts = max(1, min(count, blocks))
        var most = Array(repeating: 0, count: parts)
        for block in 0..<blocks {
            guard let erases = try? wear(ofBlock: block) else { return [] }
            let part = block * parts / blocks
            most[part] = max(most[part], faults.initialCycles + Int(erases))
        }
        return most
    }
}
