import Activation
import CardLink
import CardProtocol
import Runtime
import SoftwareImage

/// What a test spoils in a card.
struct CardScript: Sendable {
    enum Boot: Equatable, Sendable {
        case image
        /// It comes back with its old image, and says why.
        case returns(String)
        /// It comes back with its old image, and does not say why.
        case silentlyOld
        /// It says that the image runs, and the old program answers.
        case oldSoftware
        case never
        /// Another card stands in the slot then.
        case replaced
    }

    var boot = Boot.image
    var bootTime: Duration = .seconds(2)
    /// What it says that the boot takes; nil: the truth.
    var saidBootTime: Duration?
    /// How many times it closes the connection instead of answering, having done what it was asked for.
    var lostReplies: [CardFrame: Int] = [:]
    /// How many times it closes the connection before it does anything.
    var lostRequests: [CardFrame: Int] = [:]
    var refusals: [CardFrame: RefusalCode] = [:]
    /// On trial for so long, it returns by itself.
    var crashesAfter: Duration?
    var isStaged = true
    /// Somebody else changes the card while it boots.
    var isMeddledWith = false
    /// Somebody downloads to it, or did.
    var isInterrupted = false
}

/// A card in virtual time that follows `docs/card-protocol.md`, but for what its script spoils.
final class FakeCard: Sendable {
    struct State: Sendable {
        var identity: CardIdentity
        var script: CardScript
        /// Accepted requests, in order.
        var accepted: [CardFrame] = []
        var trialSeconds: UInt32?
        /// How the card comes back; nil while it is up.
        var nextBoot: CardIdentity?
        var isDown = false
    }

    let slot: Int
    private let loop: any Loop
    private let state: LoopBound<State>
    /// Told of every change between up and down.
    private let onChange: @Sendable (_ isDown: Bool) -> Void

    init(
        slot: Int, script: CardScript, image: Manifest, loop: any Loop, onChange: @escaping @Sendable (Bool) -> Void
    ) {
        self.slot = slot
        self.loop = loop
        self.onChange = onChange
        state = LoopBound(State(identity: Self.identity(slot, script, image), script: script), on: loop)
    }

    var identity: CardIdentity { state.value.identity }
    var accepted: [CardFrame] { state.value.accepted }
    var trialSeconds: UInt32? { state.value.trialSeconds }

    private static func identity(_ slot: Int, _ script: CardScript, _ image: Manifest) -> CardIdentity {
        let noDigest = ImageDigest(bytes: [UInt8](repeating: 0, count: ImageDigest.byteCount))
        let old = InstanceState(
            isValid: true, isActive: true, isCommitted: true, version: "1.0.0", imageBytes: 1, digest: noDigest)
        let new = InstanceState(
            isValid: script.isStaged, isActive: false, isCommitted: false, version: image.version,
            imageBytes: image.imageBytes, digest: image.digest)
        return CardIdentity(
            slot: UInt16(slot), hardwareType: "OLT-8", serialNumber: "FAKE-\(slot)", softwareVersion: "1.0.0", epoch: 5,
            antiRollback: 0, maximumSectionBytes: 64 << 10, windowBytes: 64 << 10, instanceCapacityBytes: 64 << 20,
            instances: [old, new], wear: .none, failure: "", trial: nil,
            interrupted: script.isInterrupted
                ? InterruptedDownload(digest: image.digest, imageBytes: 9, programmedBytes: 3) : nil)
    }

    // MARK: Life

    /// Serves, restarts and serves again, until it is cancelled.
    func live(on network: VirtualNetwork, _ first: any Listener) async {
        var listener = first
        while true {
            await serve(listener)
            guard let next = state.value.nextBoot else { return listener.close() }
            change(isDown: true)
            let isGone = state.value.script.boot == .never && next.trial != nil
            let time = isGone ? .seconds(1 << 30) : state.value.script.bootTime
            guard (try? await loop.sleep(for: time)) != nil else { return }
            state.value.identity = next
            state.value.nextBoot = nil
            guard let opened = try? network.listen(on: listener.endpoint, options: SocketOptions()) else { return }
            listener = opened
            change(isDown: false)
        }
    }

    private func change(isDown: Bool) {
        state.value.isDown = isDown
        onChange(isDown)
    }

    private func serve(_ listener: any Listener) async {
        await withDiscardingTaskGroup { tasks in
            if let trial = state.value.identity.trial {
                tasks.addTask { await self.endTrial(trial, listener) }
            }
            while let connection = try? await listener.accept() {
                tasks.addTask {
                    try? await self.talk(connection, listener)
                    connection.close()
                }
            }
            tasks.cancelAll()
        }
    }

    /// Without a commit in time, or when it crashes, the card returns by itself.
    private func endTrial(_ trial: Trial, _ listener: any Listener) async {
        let crash = state.value.script.crashesAfter
        guard (try? await loop.sleep(for: crash ?? .seconds(Int64(trial.secondsLeft)))) != nil else { return }
        guard state.value.identity.trial != nil, state.value.nextBoot == nil else { return }
        state.value.nextBoot = returned(
            because: crash == nil ? "no commit within \(trial.secondsLeft) s" : "the program crashed")
        listener.close()
    }

    private func returned(because reason: String) -> CardIdentity {
        var identity = state.value.identity
        identity.trial = nil
        identity.failure = reason
        identity.softwareVersion = "1.0.0"
        identity.instances[0].isActive = true
        identity.instances[1].isActive = false
        return identity
    }

    // MARK: Conversation

    private func talk(_ connection: any Connection, _ listener: any Listener) async throws {
        let reader = FrameReader(connection, format: CardFrame.format)
        let writer = FrameWriter(connection, format: CardFrame.format)
        while let (header, payload) = try await reader.frame() {
            let frame = CardFrame(rawValue: header.type)!
            let request = try CardRequest(frame, payload: payload)
            if takesOne(of: \.lostRequests, frame) { return }
            let reply = answer(request, header.sequence)
            if let reply, !takesOne(of: \.lostReplies, frame) {
                try await writer.write(type: reply.frame.rawValue, payload: reply.encodePayload())
            } else {
                if state.value.nextBoot != nil { listener.close() }
                return
            }
            if state.value.nextBoot != nil { return listener.close() }
        }
    }

    private func takesOne(of counts: WritableKeyPath<CardScript, [CardFrame: Int]>, _ frame: CardFrame) -> Bool {
        guard let count = state.value.script[keyPath: counts][frame], count > 0 else { return false }
        state.value.script[keyPath: counts][frame] = count - 1
        return true
    }

    private func answer(_ request: CardRequest, _ sequence: UInt32) -> CardReply? {
        let frame = request.frame
        func refuse(_ code: RefusalCode, _ text: String) -> CardReply {
            .refusal(Refusal(code: code, sequence: sequence, text: text))
        }
        if case .hello = request { return .identity(state.value.identity) }
        if let code = state.value.script.refusals[frame] { return refuse(code, "scripted") }
        guard let epoch = request.epoch else { return nil }
        guard epoch == state.value.identity.epoch else {
            return refuse(.inProgress, "epoch \(epoch), not \(state.value.identity.epoch)")
        }
        let isOnTrial = state.value.identity.trial != nil
        switch request {
        case .activate(let activate):
            if isOnTrial { return refuse(.unexpectedSwitchover, "on trial") }
            accept(frame)
            state.value.trialSeconds = activate.trialSeconds
            state.value.identity.failure = ""
            state.value.nextBoot = booted(activate)
            return .activating(restart)
        case .commit:
            guard isOnTrial else { return refuse(.notFound, "nothing is on trial") }
            accept(frame)
            state.value.identity.trial = nil
            state.value.identity.instances[0].isCommitted = false
            state.value.identity.instances[1].isCommitted = true
            return .committed(Committed(epoch: state.value.identity.epoch))
        case .rollBack:
            guard isOnTrial else { return refuse(.notFound, "nothing is on trial") }
            accept(frame)
            state.value.nextBoot = returned(because: "rolled back")
            return .rollingBack(restart)
        case .abort:
            accept(frame)
            state.value.identity.interrupted = nil
            return .aborted(Aborted(epoch: state.value.identity.epoch))
        default: return nil
        }
    }

    private func accept(_ frame: CardFrame) {
        state.value.accepted.append(frame)
        state.value.identity.epoch += 1
    }

    private var restart: Restart {
        let time = state.value.script.saidBootTime ?? state.value.script.bootTime
        return Restart(
            epoch: state.value.identity.epoch, bootMilliseconds: UInt32(time.wholeNanoseconds / 1_000_000))
    }

    private func booted(_ activate: Activate) -> CardIdentity {
        var identity = state.value.identity
        if state.value.script.isMeddledWith { identity.epoch += 1 }
        switch state.value.script.boot {
        case .returns(let reason): identity.failure = reason
        case .silentlyOld: break
        case .replaced: identity.serialNumber = "ANOTHER"
        case .image, .oldSoftware, .never:
            if state.value.script.boot != .oldSoftware { identity.softwareVersion = identity.instances[1].version }
            identity.instances[0].isActive = false
            identity.instances[1].isActive = true
            let seconds = activate.trialSeconds == 0 ? 600 : activate.trialSeconds
            identity.trial = Trial(instance: 1, secondsLeft: seconds, attemptsLeft: 2)
        }
        return identity
    }
}

extension CardRequest {
    /// The one that it names.
    var epoch: UInt64? {
        switch self {
        case .startDownload(let start): start.epoch
        case .activate(let activate): activate.epoch
        case .commit(let commit): commit.epoch
        case .rollBack(let rollBack): rollBack.epoch
        case .abort(let abort): abort.epoch
        case .hello, .endDownload, .readImage: nil
        }
    }
}
