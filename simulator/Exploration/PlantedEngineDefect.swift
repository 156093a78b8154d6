import Activation
import Download
import ImageSources

/// A mistake that the engine could have, for the proof that the exploration finds it. No engine has one.
package enum PlantedEngineDefect: String, CaseIterable, Sendable {
    case leaksBlocksOnDetach = "leaks-blocks-on-detach"
    case waitsForAll = "waits-for-all"
    case trustsIgnoredREST = "trusts-ignored-rest"
    case acknowledgesEarly = "acknowledges-early"
    case succeedsUnverified = "succeeds-unverified"
    case takesLossForRefusal = "takes-loss-for-refusal"
    case missesAWakeUp = "misses-a-wake-up"
    case fillsWithoutRoom = "fills-without-room"
    case resumesTooFar = "resumes-too-far"
    case trustsDonors = "trusts-donors"
    case keepsMemory = "keeps-memory"
    case asksTheServerAgain = "asks-the-server-again"

    var ofDownload: DownloadDefect? {
        switch self {
        case .leaksBlocksOnDetach: .leaksBlocksOnDetach
        case .waitsForAll: .waitsForAll
        case .acknowledgesEarly: .acknowledgesEarly
        case .succeedsUnverified: .succeedsUnverified
        case .missesAWakeUp: .missesAWakeUp
        case .fillsWithoutRoom: .fillsWithoutRoom
        case .resumesTooFar: .resumesTooFar
        case .trustsDonors: .trustsDonors
        case .keepsMemory: .keepsMemory
        case .asksTheServerAgain: .asksTheServerAgain
        case .trustsIgnoredREST, .takesLossForRefusal: nil
        }
    }

    var ofSource: SourceDefect? { self == .trustsIgnoredREST ? .trustsWhatComes : nil }
    var ofRollout: RolloutDefect? { self == .takesLossForRefusal ? .takesLossForRefusal : nil }
}
