package import CardProtocol
package import FlashModel

/// A look at a card's flash from outside, beside the card and its clock: for the harness, which compares byte for byte.
package struct FlashInspection: Sendable {
    private let model: FlashModel
    package let layout: FlashLayout
    /// Instance 0 and instance 1, as the newest valid boot record has them.
    package let instances: [InstanceState]
    /// Of the newest valid boot record.
    package let sequence: UInt64

    /// - Parameter model: a copy of a card's, or one over its file, opened for `inspection`.
    /// - Throws: when no copy of the boot record is valid, or the flash cannot be read.
    package init(_ model: FlashModel) throws(CardError) {
        layout = try FlashLayout(model.geometry)
        let newest: (record: BootRecord, block: Int)?
        do { newest = try CardFlash.newestBootRecord(in: model) } catch { throw .flash(.refused(error)) }
        guard let newest else { throw .noBootRecord }
        self.model = model
        instances = newest.record.instances
        sequence = newest.record.sequence
    }

    /// Reads an instance's image from its beginning, as long as the boot record says it is.
    package func reader(ofInstance instance: Int) -> InstanceReader {
        InstanceReader(
            model: model, address: layout.address(ofInstance: instance),
            remainingBytes: Int(instances[instance].imageBytes))
    }
}

/// Reads an image from a flash, a part after the other.
package struct InstanceReader: Sendable {
    private let model: FlashModel
    private var address: Int
    package private(set) var remainingBytes: Int

    init(model: FlashModel, address: Int, remainingBytes: Int) {
        self.model = model
        self.address = address
        self.remainingBytes = remainingBytes
    }

    /// Reads the next bytes.
    ///
    /// - Returns: how many; 0 at the end of the image.
    package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FlashError) -> Int {
        let count = min(buffer.count, remainingBytes)
        try model.peek(address: address, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        address += count
        remainingBytes -= count
        return count
    }
}
