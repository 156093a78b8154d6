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
}

extension FlashModel {
    /// A flash in memory with what a storage holds, for whoever tries what a card would do with it.
    package init(_ profile: FlashProfile, copying storage: any FlashStorage) throws(FlashError) {
        self.init(profile)
        let unitsPerBlock = profile.geometry.unitsPerBlock
        for block in 0..<profile.geometry.blockCount {
            let units = block * unitsPerBlock..<(block + 1) * unitsPerBlock
            do {
                for _ in 0..<(try storage.wear(ofBlock: block)) { try self.storage.addCycle(ofBlock: block) }
                guard try storage.firstProgrammed(in: units) != nil else { continue }
                try self.storage.replace(block: block, with: try storage.image(ofBlock: block))
            } catch {
                throw .storage(error)
            }
        }
    }
}
