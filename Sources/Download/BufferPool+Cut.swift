/// How the image is cut into blocks and sections.
extension BufferPool {
    package var blockCountOfImage: Int { (imageBytes + settings.blockBytes - 1) / settings.blockBytes }

    /// The length of a block: all are alike but the last one of the image.
    package func length(ofBlock block: Int) -> Int {
        min(settings.blockBytes, imageBytes - block * settings.blockBytes)
    }

    package func sectionCount(ofBlock block: Int) -> Int {
        (length(ofBlock: block) + settings.sectionBytes - 1) / settings.sectionBytes
    }

    func range(ofSection section: Int, inBlock block: Int) -> (offset: UInt64, count: Int) {
        let start = section * settings.sectionBytes
        return (
            UInt64(block * settings.blockBytes + start), min(settings.sectionBytes, length(ofBlock: block) - start)
        )
    }
}
