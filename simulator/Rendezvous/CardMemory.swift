import Glibc

/// How a card's process treats the C library's heap: thousands of cards share a machine, and what a download needed must not
/// stay with each of them.
package enum CardMemory {
    /// Blocks of this size and more get pages of their own, which go when the block goes (mallopt(3)).
    private static let ownPagesBytes: CInt = 16 << 10
    /// How much free memory may stay at the heap's end.
    private static let heapSlackBytes: CInt = 16 << 10

    /// To be called first of all.
    package static func keepSmall() {
        mallopt(M_MMAP_THRESHOLD, ownPagesBytes)
        mallopt(M_TRIM_THRESHOLD, heapSlackBytes)
        mallopt(M_TOP_PAD, heapSlackBytes)
        // One thread needs one arena.
        mallopt(M_ARENA_MAX, 1)
    }

    /// Returns what is free to the system (malloc_trim(3)).
    static func giveBack() {
        malloc_trim(0)
    }
}
