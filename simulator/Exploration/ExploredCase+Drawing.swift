import FlashModel
import Runtime

/// Cases are drawn from a seed: shelves as they are, and faults as they come, rare ones often enough.
extension ExploredCase {
    package init(seed: UInt64) {
        var draw = CaseDraw(seed: seed)
        self.seed = seed
        let flash = draw.one(of: Flash.allCases)
        let link = Self.link(&draw)
        cards = (1...draw.number(ExplorationLimits.cardCount)).map { slot in
            // Cards of a group are alike, mostly.
            Card(
                slot: UInt16(slot), flash: draw.happens(1, in: 8) ? draw.one(of: Flash.allCases) : flash,
                link: draw.happens(1, in: 8) ? Self.link(&draw) : link, slowness: draw.happens(1, in: 12) ? 10 : 1)
        }
        image = draw.one(of: [.small, .odd, .usual, .usual])
        pool = Pool(blockCount: draw.number(2...8))
        server = Link(
            megabitsPerSecond: draw.one(of: [nil, 10, 50, 200]), latencyMilliseconds: Int64(draw.number(0...5)))
        stalls = draw.happens(3, in: 4) ? .stallBudget : draw.one(of: [.wait, .drop])
        goal = draw.one(of: [.stage, .stage, .activate, .commit, .commit])
        faults = []
        let count = draw.number(0...ExplorationLimits.mostFaults)
        for _ in 0..<count { faults.append(fault(&draw)) }
    }

    private static func link(_ draw: inout CaseDraw) -> Link {
        Link(
            megabitsPerSecond: draw.one(of: [nil, nil, 10, 100]),
            latencyMilliseconds: draw.happens(1, in: 2) ? 0 : Int64(draw.number(1...20)))
    }

    // MARK: Faults

    private func fault(_ draw: inout CaseDraw) -> ExploredFault {
        let slot = UInt16(draw.number(1...cards.count))
        let at = Int64(draw.number(1...longestMilliseconds))
        switch draw.number(0...19) {
        case 0...11: return cardFault(&draw, slot, at)
        case 12...16: return serverFault(&draw)
        case 17, 18:
            return ExploredFault(kind: .restartCE(awayMilliseconds: Int64(draw.number(0...2000))), atMilliseconds: at)
        default: return ExploredFault(kind: .setMemory(blocks: draw.number(2...8)), atMilliseconds: at)
        }
    }

    /// About how long the download takes without faults.
    private var longestMilliseconds: Int {
        let slowest =
            cards.map { $0.slowness * $0.flash.microsecondsPerKibibyte }.max()! * image.byteCount / 1024 / 1000
        let server = server.megabitsPerSecond.map { image.byteCount * 8 / 1000 / Int($0) } ?? 0
        return max(20, max(slowest, server) + 50)
    }

    private func cardFault(_ draw: inout CaseDraw, _ slot: UInt16, _ at: Int64) -> ExploredFault {
        let away = Int64(draw.happens(1, in: 6) ? draw.number(5000...60_000) : draw.number(0...2500))
        func then(_ kind: ExploredFault.Kind) -> ExploredFault {
            ExploredFault(kind: kind, slot: slot, atMilliseconds: at)
        }
        switch draw.number(0...20) {
        case 0:
            return ExploredFault(
                kind: .badBlock(badBlock(&draw, of: slot), draw.one(of: BlockFault.Behaviour.allCases)), slot: slot)
        case 1: return ExploredFault(kind: .bitFlips(perMillion: draw.one(of: [100, 1000, 10_000])), slot: slot)
        case 2...5:
            return ExploredFault(
                kind: .powerLoss(
                    operation: 1 + draw.number(0...operationCount(of: slot)), draw.one(of: TornMode.allCases),
                    awayMilliseconds: away), slot: slot)
        case 6...7: return then(.restart(awayMilliseconds: away))
        case 8: return then(.kill)
        case 9: return then(.replace(awayMilliseconds: away))
        case 10...12: return then(.hold(milliseconds: away + 50))
        case 13, 14: return then(.reset)
        case 15: return then(.corrupt)
        case 16: return then(.rot)
        case 17, 18, 19:
            return ExploredFault(kind: .lostReply(draw.one(of: ExploredFault.LostReply.allCases)), slot: slot)
        default: return ExploredFault(kind: .failsToBoot, slot: slot)
        }
    }

    private func badBlock(_ draw: inout CaseDraw, of slot: UInt16) -> Int {
        // Of the second instance, into which the download goes.
        let count = ExploredCase.Image.usual.byteCount / cards[Int(slot) - 1].flash.eraseBytes
        return 4 + count + draw.number(0...count - 1)
    }

    /// So many operations of its flash a download takes, about.
    private func operationCount(of slot: UInt16) -> Int {
        image.byteCount / cards[Int(slot) - 1].flash.unitBytes + 40
    }

    private func serverFault(_ draw: inout CaseDraw) -> ExploredFault {
        let byte = draw.number(0...image.byteCount - 1)
        switch draw.number(0...7) {
        case 0...2: return ExploredFault(kind: .serverCloses(atByte: byte))
        case 3, 4:
            let long = draw.happens(1, in: 4)
            return ExploredFault(
                kind: .serverStalls(
                    atByte: byte, milliseconds: Int64(long ? draw.number(4000...20_000) : draw.number(10...2000))))
        case 5, 6: return ExploredFault(kind: .serverIgnoresRest(atByte: byte))
        default: return ExploredFault(kind: .serverIsGone(atByte: byte))
        }
    }
}

/// Draws from a seed.
struct CaseDraw {
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed ^ 0x6578_706C_6F72_6521)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next().multipliedFullWidth(by: UInt64(range.count)).high)
    }

    mutating func happens(_ times: Int, in outOf: Int) -> Bool { number(1...outOf) <= times }

    mutating func one<Choice>(of choices: [Choice]) -> Choice { choices[number(0...choices.count - 1)] }
}
