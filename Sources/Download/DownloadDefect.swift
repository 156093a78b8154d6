/// A mistake that the engine could have, for the proof that the exploration finds it. No job has one.
package enum DownloadDefect: Sendable {
    /// A card that fails keeps its claims on the pool's blocks.
    case leaksBlocksOnDetach
    /// No card is ever detached for being slow.
    case waitsForAll
    /// What was sent counts as programmed.
    case acknowledgesEarly
    /// A card has the image as soon as all of it was sent.
    case succeedsUnverified
    /// The transfer agent is not woken when a card leaves the pool.
    case missesAWakeUp
    /// The pool takes what comes, whether there is room or not.
    case fillsWithoutRoom
    /// A download goes on one section behind what the card has.
    case resumesTooFar
    /// What a donor card gives is not compared.
    case trustsDonors
    /// The pool's memory is not given back.
    case keepsMemory
    /// A card that was detached gets the rest from the server, whatever the other cards have.
    case asksTheServerAgain
}
