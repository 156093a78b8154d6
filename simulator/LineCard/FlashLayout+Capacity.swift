extension FlashLayout {
    /// How large a flash must be for two instances of a size, in bytes.
    package static func capacityBytes(forInstances bytes: Int, eraseBytes: Int) -> Int {
        let blocks = (bytes + eraseBytes - 1) / eraseBytes
        return (bootBlocks + 2 * max(1, blocks)) * eraseBytes
    }
}
