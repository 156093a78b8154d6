/// Which blocks of the image are in the pool, and how far each card has come: pure state, no tasks, no memory.
///
/// Blocks are numbered from 0 over the whole image. Those from `released` up to `published` are live; each card's cursor is
/// the next block that it will take. A live block is released when no attached card's cursor is at or below it, in order.
package struct BlockWindow {
    /// The most blocks that may be live.
    package let capacity: Int
    /// The number of the next block that is put into the pool.
    package private(set) var published: Int
    /// All blocks below this number have gone from the pool.
    package private(set) var released: Int
    /// The next block of each card; nil when the card is detached.
    private var cursors: [Int?]
    /// How many attached cards have yet to take each live block, by block number modulo capacity.
    private var owed: [Int]
    package private(set) var attachedCount: Int
    /// The furthest cursor of an attached card.
    package private(set) var furthest: Int

    /// All cards are attached, at block 0.
    package init(capacity: Int, cardCount: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
        cursors = Array(repeating: 0, count: cardCount)
        owed = Array(repeating: 0, count: capacity)
        published = 0
        released = 0
        furthest = 0
        attachedCount = cardCount
    }

    /// Begins at another block than the image's first: the attached cards have what is before it.
    package mutating func begin(at block: Int) {
        precondition(published == 0 && block >= 0, "a window that is in use cannot begin anew")
        published = block
        released = block
        furthest = block
        for card in cursors.indices where cursors[card] != nil { cursors[card] = block }
    }

    package var cardCount: Int { cursors.count }
    package var liveCount: Int { published - released }
    package var hasRoom: Bool { liveCount < capacity }

    package func isAttached(_ card: Int) -> Bool { cursors[card] != nil }

    /// Whether the card is attached, and the block is its next one.
    package func isNext(_ block: Int, of card: Int) -> Bool { cursors[card] == block }

    /// How many cards have yet to take the oldest block; 0 when none is live.
    package var holderCount: Int { liveCount > 0 ? owed[released % capacity] : 0 }

    /// Whether the card has yet to take the oldest block.
    package func isHolder(_ card: Int) -> Bool { liveCount > 0 && cursors[card] == released }

    /// Puts the next block into the window. With no card attached it is released at once.
    package mutating func publish() {
        precondition(hasRoom, "a block was published into a full pool")
        let block = published
        // No cursor is beyond it.
        owed[block % capacity] = attachedCount
        published += 1
        releaseTaken()
    }

    /// The card has taken the block at its cursor.
    package mutating func take(_ card: Int) {
        guard let cursor = cursors[card] else { preconditionFailure("card \(card) takes a block and is detached") }
        precondition(cursor < published, "card \(card) takes block \(cursor), which is not in the pool")
        cursors[card] = cursor + 1
        furthest = max(furthest, cursor + 1)
        settle(cursor)
        releaseTaken()
    }

    /// Takes the card out: it owes no block any more. Does nothing for a card that is out.
    package mutating func detach(_ card: Int) {
        guard let cursor = cursors[card] else { return }
        cursors[card] = nil
        attachedCount -= 1
        if cursor < published {
            for block in cursor..<published { settle(block) }
        }
        if cursor == furthest { furthest = cursors.lazy.compactMap { $0 }.max() ?? released }
        releaseTaken()
    }

    /// Takes a detached card in again, with `block` as its next one: a live one, or the one that comes next.
    package mutating func attach(_ card: Int, at block: Int) {
        precondition(cursors[card] == nil, "card \(card) is attached already")
        precondition((released...published).contains(block), "card \(card) comes back at block \(block), which is gone")
        cursors[card] = block
        attachedCount += 1
        furthest = max(furthest, block)
        for block in block..<published { owed[block % capacity] += 1 }
    }

    private mutating func settle(_ block: Int) {
        owed[block % capacity] -= 1
        assert(owed[block % capacity] >= 0, "block \(block) was taken more often than there are cards")
    }

    private mutating func releaseTaken() {
        while released < published && owed[released % capacity] == 0 { released += 1 }
    }
}
