import CSystem

/// How a card's process treats the C library's heap: thousands of cards share a machine, and what a download needed must not
/// stay with each of them.
package enum CardMemory {
    /// Blocks of this size and more get pages of their own, which go when the block goes.
    private static let ownPagesBytes: CInt = 16 << 10
    /// How much free memory may stay at the heap's end.
    private static let heapSlackBytes: CInt = 16 << 10

    /// To be called first of all.
    package static func keepSmall() {
        csystem_keep_heap_small(ownPagesBytes, heapSlackBytes)
    }

    /// When the card is ready, and after a download. On the main thread.
    package static func giveBack() {
        csystem_trim_heap()
        csystem_trim_stack()
    }
}
