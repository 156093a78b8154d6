package import FlashModel

/// Where things stand in a card's flash: erase blocks 0 and 1 hold the two copies of the boot record, the rest is cut
/// into instance 0 and instance 1, whole erase blocks each. A block that is left over stays unused.
package struct FlashLayout: Equatable, Sendable {
    static let bootBlocks = 2
    static let leastBlocks = bootBlocks + 2

    let geometry: FlashGeometry

    package init(_ geometry: FlashGeometry) throws(CardError) {
        guard geometry.blockCount >= Self.leastBlocks && geometry.eraseSize >= BootRecord.maximumBytes else {
            throw .flashTooSmall(blockCount: geometry.blockCount, eraseBytes: geometry.eraseSize)
        }
        self.geometry = geometry
    }

    package var instanceCapacityBytes: Int {
        (geometry.blockCount - Self.bootBlocks) / 2 * geometry.eraseSize
    }

    /// The address at which instance 0 or 1 begins.
    package func address(ofInstance instance: Int) -> Int {
        precondition(instance == 0 || instance == 1, "instance \(instance) does not exist")
        return Self.bootBlocks * geometry.eraseSize + instance * instanceCapacityBytes
    }
}
