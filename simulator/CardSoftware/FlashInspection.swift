package import CardProtocol
package import FlashModel
package import SharedBytes

/// A look at a card's flash from outside, beside the card and its clock: for the harness, which compares byte for byte.
package struct FlashInspection: Sendable {
    private let model: FlashModel
    package let layout: FlashLayout
    /// The newest valid one.
    package let record: BootRecord

    package var instances: [InstanceState] { record.instances }
    package var sequence: UInt64 { record.sequence }

    /// - Parameter model: a copy of a card's, or one over its file, opened for `inspection`.
    /// - Throws: when no copy of the boot record is valid, or the flash cannot be read.
    package init(_ model: FlashModel) throws(CardError) {
        layout = try FlashLayout(model.geometry)
        let logs: [MetadataLog]
        do throws(FlashError) { logs = try CardFlash.metadataLogs(of: model) } catch { throw .flash(.refused(error)) }
        try CardFlash.checkVersions(of: logs)
        let newest = CardFlash.newestBootRecord(in: logs)
        guard let newest else { throw .noBootRecord }
        self.model = model
        record = newest.record
    }

    /// How many copies of the boot record are whole.
    package func recordCount() throws(FlashError) -> Int {
        try CardFlash.recordCount(in: model)
    }

    /// Reads an instance's image from its beginning, as long as the boot record says it is.
    package func reader(ofInstance instance: Int) -> InstanceReader {
        reader(ofInstance: instance, byteCount: Int(instances[instance].imageBytes))
    }

    /// Reads an instance from its beginning, valid or not.
    package func reader(ofInstance instance: Int, byteCount: Int) -> InstanceReader {
        InstanceReader(
            model: model, layout: layout, badBlocks: record.badBlocks, instance: instance, remainingBytes: byteCount)
    }
}

/// Reads an image from a flash, a part after the other.
package struct InstanceReader: Sendable {
    private let model: FlashModel
    private let layout: FlashLayout
    private let badBlocks: BadBlockTable
    private let instance: Int
    private var offset = 0
    package private(set) var remainingBytes: Int

    init(model: FlashModel, layout: FlashLayout, badBlocks: BadBlockTable, instance: Int, remainingBytes: Int) {
        self.model = model
        self.layout = layout
        self.badBlocks = badBlocks
        self.instance = instance
        self.remainingBytes = remainingBytes
    }

    /// Passes over the next bytes where they are known, without reading, to be the very ones that are expected.
    ///
    /// - Returns: how many.
    package mutating func skip(_ expected: SharedBytes) -> Int {
        let count = min(expected.count, remainingBytes)
        var done = 0
        while done < count {
            let (address, room) = place
            let part = expected[done..<done + min(room, count - done)]
            guard let found = model.shared(at: address, byteCount: part.count), found === part else { break }
            done += part.count
            offset += part.count
            remainingBytes -= part.count
        }
        return done
    }

    /// Where the next byte is, and how many follow in its block.
    private var place: (address: Int, room: Int) {
        let blockBytes = layout.geometry.eraseSize
        let (index, within) = offset.quotientAndRemainder(dividingBy: blockBytes)
        let block = badBlocks.place(of: layout.block(index, ofInstance: instance))
        return (block * blockBytes + within, blockBytes - within)
    }

    /// Reads the next bytes.
    ///
    /// - Returns: how many: as many as the buffer has room for, less at the end of the image, then 0.
    package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FlashError) -> Int {
        let count = min(buffer.count, remainingBytes)
        var done = 0
        while done < count {
            let (address, room) = place
            let part = min(count - done, room)
            try model.peek(address: address, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + part]))
            done += part
            offset += part
            remainingBytes -= part
        }
        return count
    }
}
