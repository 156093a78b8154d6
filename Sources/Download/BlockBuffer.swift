/// The memory of one block.
///
/// Owned by its pool, and kept from being filled again by a card that is in the middle of a section that lies in it.
package final class BlockBuffer {
    let memory: UnsafeMutableRawBufferPointer
    /// How many cards are in the middle of a section.
    var pins = 0
    /// The pool has released the block; it waits for the pins.
    var isRetired = false

    init(blockBytes: Int) {
        memory = .allocate(byteCount: blockBytes, alignment: 4096)
    }

    deinit {
        memory.deallocate()
    }
}
