/// Which blocks of the image are in the pool, and how far each card has come: pure state, no tasks, no memory.
///
/// Blocks are numbered from 0 over the whole image. Those from `released` up to `published` are live; each card's cursor is
/// the next block that it will take. A live block is released when no attached card's cursor is at or below it, in order.
package struct BlockWindow {
    package let capacity: Int
    /// Blocks that were put into the pool so far: the number of the next one.
    package private(set) var published = 0
    /// All blocks below this number have gone from the pool.
    package private(set) var released = 0
    /// The next block of each card; nil when the card is detached.
    private var cursors: [Int?]
    /// How many attached cards have yet to take each live block, by block number modulo capacity.
    private var owed: [Int]

    /// All cards are attached, at block 0.
    package init(capacity: Int, cardCount: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
        cursors = Array(repeating: 0, count: cardCount)
        owed = Array(repeating: 0, count: capacity)
    }

    package var liveCount: Int { published - released }
    package var hasRoom: Bool { liveCount < capacity }
    package var attachedCount: Int { cursors.count { $0 != nil } }

    package func isAttached(_ card: Int) -> Bool { cursors[card] != nil }

    /// Puts the next block into the window. With no card attached it is released at once.
    package mutating func publish() {
        precondition(hasRoom, "a block was published into a full pool")
        let block = published
        owed[block % capacity] = cursors.count { $0.map { $0 <= block } ?? false }
        published += 1
        releaseTaken()
    }

    /// The card has taken the block at its cursor.
    package mutating func take(_ card: Int) {
        guard let cursor = cursors[card] else { preconditionFailure("card \(card) takes a block and is detached") }
        precondition(cursor < published, "card \(card) takes block \(cursor), which is not in the pool")
        cursors[card] = cursor + 1
        settle(cursor)
        releaseTaken()
    }

    /// Takes the card out: it owes no block any more. Does nothing for a card that is out.
    package mutating func detach(_ card: Int) {
        guard let cursor = cursors[card] else { return }
        cursors[card] = nil
        if cursor < published {
            for block in cursor..<published { settle(block) }
        }
        releaseTaken()
    }

    private mutating func settle(_ block: Int) {
        owed[block % capacity] -= 1
        assert(owed[block % capacity] >= 0, "block \(block) was taken more often than there are cards")
    }

    private mutating func releaseTaken() {
        while released < published && owed[released % capacity] == 0 { released += 1 }
    }
}
