import Download
import Reports
import Runtime

/// Adds every event of the engine to the trace hash of the loop, so that two runs that differ in anything but their
/// scheduling differ there too.
struct TraceObserver: DownloadObserver {
    let loop: VirtualTimeLoop

    func note(_ event: DownloadEvent, at instant: Instant) {
        switch event {
        case .sourceOpened: loop.record(1)
        case .sourceDelivered(_, let bytes): add(2, bytes)
        case .sourceVerified: loop.record(3)
        case .sourceFailed: loop.record(4)
        case .sourceInterrupted: loop.record(8)
        case .donorLeft(_, let slot, _, let isDistrusted): add(9, UInt64(slot), isDistrusted ? 1 : 0)
        case .cardChanged(let slot, let phase): add(5, UInt64(slot), number(of: phase))
        case .groupStarted, .groupEnded: loop.record(12)
        case .cardDetached(let slot, let cost, _): add(10, UInt64(slot), UInt64(cost.wholeNanoseconds))
        case .cardDonor(let slot, let donor): add(11, UInt64(slot), UInt64(donor ?? 0))
        case .cardProgrammed(let slot, let bytes): add(6, UInt64(slot), bytes)
        case .cardEnded(let slot, let outcome, _): add(7, UInt64(slot), number(of: outcome))
        }
    }

    private func add(_ words: UInt64...) {
        for word in words { loop.record(word) }
    }

    private func number<Case: CaseIterable & Equatable>(of value: Case) -> UInt64 {
        UInt64(Array(Case.allCases).firstIndex(of: value)!)
    }
}
