package import FlashModel

/// Something that goes wrong in an explored case, at a time or at an operation of a card's flash.
package struct ExploredFault: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        // A card's flash, from the beginning.
        case badBlock(Int, BlockFault.Behaviour)
        case bitFlips(perMillion: Int)
        // A card, at a moment.
        case powerLoss(operation: Int, TornMode, awayMilliseconds: Int64)
        case restart(awayMilliseconds: Int64)
        case kill
        /// Another card is put into the slot.
        case replace(awayMilliseconds: Int64)
        /// Nothing passes its link: a process that is stopped, or a cable that is pulled.
        case hold(milliseconds: Int64)
        case reset
        /// The reply to such a request is lost with its connection.
        case lostReply(LostReply)
        /// One byte on the way to the card is spoiled.
        case corrupt
        /// A bit of what a card has programmed rots, so that it gives others wrong bytes.
        case rot
        /// The image on trial does not come up.
        case failsToBoot
        // The server, at a byte of the image.
        case serverCloses(atByte: Int)
        case serverStalls(atByte: Int, milliseconds: Int64)
        case serverIgnoresRest(atByte: Int)
        case serverIsGone(atByte: Int)
        // The CE.
        case restartCE(awayMilliseconds: Int64)
        case setMemory(blocks: Int)
    }

    package enum LostReply: String, CaseIterable, Sendable {
        case hello, start, end, activate, commit
    }

    package var kind: Kind
    /// nil: the server's, or the CE's.
    package var slot: UInt16?
    /// After the beginning; 0 for what stands from the beginning or has a trigger of its own.
    package var atMilliseconds: Int64 = 0

    /// By which coverage knows it.
    package var name: String {
        switch kind {
        case .badBlock(_, let behaviour): "bad block: \(behaviour)"
        case .bitFlips: "bit flips"
        case .powerLoss(_, let torn, _): "power loss: \(torn)"
        case .restart: "restart"
        case .kill: "kill"
        case .replace: "replace"
        case .hold: "hold"
        case .reset: "reset"
        case .lostReply(let reply): "lost reply: \(reply.rawValue)"
        case .corrupt: "corrupt"
        case .rot: "rot"
        case .failsToBoot: "fails to boot"
        case .serverCloses: "server closes"
        case .serverStalls: "server stalls"
        case .serverIgnoresRest: "server ignores REST"
        case .serverIsGone: "server is gone"
        case .restartCE: "CE restart"
        case .setMemory: "set memory"
        }
    }
}

extension ExploredFault {
    /// Whether a card that it hits may end without the image, however well it and the CE do.
    package var mayCostTheCard: Bool {
        switch kind {
        case .kill, .replace, .failsToBoot, .rot: true
        // A card that is away for longer than the CE waits for it.
        case .powerLoss(_, _, let away), .restart(let away), .hold(let away): away > Self.toleratedAwayMilliseconds
        // Spares may run out, or a bit flip too often.
        case .badBlock, .bitFlips: true
        // A card that does not say who it is is not waited for.
        case .lostReply(let reply): reply == .hello
        case .reset, .corrupt, .serverCloses, .serverStalls, .serverIgnoresRest, .serverIsGone, .restartCE, .setMemory:
            false
        }
    }

    /// Whether what was programmed rightly may be other or gone later.
    var spoilsFlash: Bool {
        switch kind {
        case .rot, .replace: true
        default: false
        }
    }

    /// Whether the group may end without the image, whatever else goes wrong.
    var mayCostTheGroup: Bool {
        switch kind {
        case .serverIsGone: true
        case .serverStalls(_, let milliseconds): milliseconds > Self.toleratedAwayMilliseconds
        default: false
        }
    }

    /// Whether it may take the other cards' time.
    package var isOfOneCard: Bool { slot != nil }

    /// The CE looks for a lost card during 10 s; within half of that it surely comes back.
    private static let toleratedAwayMilliseconds: Int64 = 3000
}
