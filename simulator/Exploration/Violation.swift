/// Something that must never be, and was. The number is that of the invariant in docs/exploration.md.
package struct Violation: Equatable, Sendable, CustomStringConvertible {
    package enum Invariant: Int, CaseIterable, Sendable {
        case bootsOldOrNew = 1
        case flashHoldsTheImage
        case runningInstanceIsUntouched
        case bootRecordIsValid
        case acknowledgedIsProgrammed
        case poolIsWithinItsBudget
        case serverIsAskedOnce
        case healthyCardsAreNotHeldUp
        case everythingEnds
        case oneOutcomeForEachCard
        case onlyVerifiedImagesRun
        case sameSeedSameTrace
    }

    package var invariant: Invariant
    package var text: String

    package var description: String { "invariant \(invariant.rawValue): \(text)" }
}
