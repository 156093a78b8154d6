import Activation
import CardProtocol
import Rollout
import Runtime
import SoftwareImage
import Testing

/// What an identity means to whoever asked for a restart, without any task.
@Suite struct RestartingTests {
    private static let image = ActivationBench.image

    private static func identity(
        epoch: UInt64 = 5, runs new: Bool = false, failure: String = "", software: String? = nil, trial: Bool = false
    ) -> CardIdentity {
        let none = ImageDigest(bytes: [UInt8](repeating: 0, count: ImageDigest.byteCount))
        return CardIdentity(
            slot: 1, hardwareType: "t", serialNumber: "s", softwareVersion: software ?? (new ? "2.0.0" : "1.0.0"),
            epoch: epoch, antiRollback: 0, maximumSectionBytes: 1, windowBytes: 1, instanceCapacityBytes: 9,
            instances: [
                InstanceState(
                    isValid: true, isActive: !new, isCommitted: trial || !new, version: "1.0.0", imageBytes: 1,
                    digest: none),
                InstanceState(
                    isValid: true, isActive: new, isCommitted: new && !trial, version: "2.0.0", imageBytes: 6,
                    digest: image.digest),
            ], wear: .none, failure: failure,
            trial: trial ? Trial(instance: 1, secondsLeft: 9, attemptsLeft: 1) : nil, interrupted: nil)
    }

    private func verdict(
        _ request: Restarting.Request, accepted: Bool = true, on identity: CardIdentity, after wait: Duration = .zero
    ) -> Restarting.Verdict {
        let restarting = Restarting(
            request, before: Self.identity(), isAccepted: accepted, boot: .seconds(1), trial: .zero, at: .start)
        return restarting.verdict(on: identity, at: Instant(sinceStart: wait))
    }

    @Test func theEpochTellsWhetherARequestArrived() {
        let request = Restarting.Request.activate(Self.image)
        #expect(verdict(request, accepted: false, on: Self.identity()) == .notAccepted)
        #expect(
            verdict(request, accepted: false, on: Self.identity(epoch: 6, runs: true, trial: true)) == .done(.onTrial))
        #expect(verdict(request, on: Self.identity(epoch: 6, runs: true)) == .done(.committed))
    }

    @Test(arguments: [5, 7, 4, 0] as [UInt64]) func anyOtherEpochIsSomebodyElses(epoch: UInt64) {
        guard case .done(.failed(.interference, _)) = verdict(.activate(Self.image), on: Self.identity(epoch: epoch))
        else {
            Issue.record("epoch \(epoch) is taken")
            return
        }
    }

    @Test func aCardThatHasNotRestartedYetIsWaitedForUntilItIsDue() {
        let same = Self.identity(epoch: 6)
        #expect(verdict(.activate(Self.image), on: same) == .wait)
        #expect(verdict(.activate(Self.image), on: same, after: .seconds(29)) == .wait)
        guard case .done(.failed(.boot, _)) = verdict(.activate(Self.image), on: same, after: .seconds(30)) else {
            Issue.record("it is waited for without end")
            return
        }
    }

    @Test func aCardThatReturnedByItselfSaysWhy() {
        let returned = Self.identity(epoch: 6, failure: "no commit within 9 s")
        #expect(verdict(.activate(Self.image), on: returned) == .done(.rolledBack(reason: "no commit within 9 s")))
    }

    @Test func theProgramItselfMustBeTheNewOne() {
        let old = Self.identity(epoch: 6, runs: true, software: "1.0.0", trial: true)
        guard case .done(.failed(.software, _)) = verdict(.activate(Self.image), on: old) else {
            Issue.record("the old program counts as the new one")
            return
        }
        // A program may name itself otherwise than its image's manifest does, as long as it is another one.
        let named = Self.identity(epoch: 6, runs: true, software: "adsl 2.0", trial: true)
        #expect(verdict(.activate(Self.image), on: named) == .done(.onTrial))
    }

    @Test func aRollBackIsDoneWhenNothingIsOnTrial() {
        let on = Self.identity(epoch: 6, runs: true, trial: true)
        #expect(verdict(.rollBack, on: on) == .wait)
        let off = Self.identity(epoch: 6, failure: "rolled back")
        #expect(verdict(.rollBack, on: off) == .done(.rolledBack(reason: "rolled back")))
    }
}
