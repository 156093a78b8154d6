extension FlashLayout {
    /// How large a flash must be for two instances of a size, in bytes.
    package static func capacityBytes(forInstances bytes: Int, eraseBytes: Int) -> Int {
        let needed = metadataBlocks + 2 * max(1, (bytes + eraseBytes - 1) / eraseBytes)
        var blocks = needed
        while blocks < needed + spareBlocks(of: blocks) { blocks = needed + spareBlocks(of: blocks) }
        return max(blocks, leastBlocks) * eraseBytes
    }
}
