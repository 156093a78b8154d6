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
