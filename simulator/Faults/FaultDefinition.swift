/// One fault of the vocabulary: its name, what it takes, and what it does.
///
/// Reader, schema, reference page and execution are all made of it.
package struct FaultDefinition: Sendable {
    package let name: String
    package let family: FaultFamily
    /// What happens, for the reference: the end of a sentence that begins with the target.
    package let summary: String
    package let parameters: [FaultParameter]
    /// It is over as soon as it has happened; what it leaves, stays.
    package let isMomentary: Bool
    /// It does not need to be told when: it is there from the beginning.
    package let standsFromTheBeginning: Bool
    /// How many transfers or requests it spoils where nothing else is said; nil: all.
    package let usualUses: Int?
    private let make: @Sendable (FaultValues) -> FaultEffect

    init(
        _ name: String, _ family: FaultFamily, _ summary: String, _ parameters: [FaultParameter] = [],
        isMomentary: Bool = false, standsFromTheBeginning: Bool = false, usualUses: Int? = nil,
        _ make: @escaping @Sendable (FaultValues) -> FaultEffect
    ) {
        self.name = name
        self.family = family
        self.summary = summary
        self.parameters = family == .link ? parameters + [.direction] : parameters
        self.isMomentary = isMomentary
        self.standsFromTheBeginning = standsFromTheBeginning
        self.usualUses = usualUses
        self.make = make
    }

    /// A fault of a link's one direction or both.
    init(
        link name: String, _ summary: String, _ parameters: [FaultParameter] = [], isMomentary: Bool = false,
        _ change: @escaping @Sendable (inout LinkDisturbance, FaultValues) -> Void
    ) {
        self.init(name, .link, summary, parameters, isMomentary: isMomentary) { values in
            let direction = FaultDirection(rawValue: values.choice("direction")) ?? .both
            return .link(direction) { change(&$0, values) }
        }
    }

    /// A fault of the server.
    ///
    /// - Parameter isLasting: it is how the server is; else it spoils one transfer.
    init(
        server name: String, _ summary: String, _ parameters: [FaultParameter] = [], isLasting: Bool = false,
        _ change: @escaping @Sendable (inout FileServerFaults, FaultValues) -> Void
    ) {
        self.init(
            name, .server, summary, parameters, standsFromTheBeginning: true, usualUses: isLasting ? nil : 1
        ) { values in
            .server { change(&$0, values) }
        }
    }

    /// A fault of a card's software: how it is.
    init(
        software name: String, _ summary: String, _ parameters: [FaultParameter] = [], usualUses: Int? = nil,
        _ change: @escaping @Sendable (inout CardMisbehaviour, FaultValues) -> Void
    ) {
        self.init(
            name, .software, summary, parameters, standsFromTheBeginning: true, usualUses: usualUses
        ) { values in
            .software { change(&$0, values) }
        }
    }

    package func effect(of values: FaultValues) -> FaultEffect { make(values) }

    package static func named(_ name: some StringProtocol) -> FaultDefinition? { all.first { $0.name == name } }

    /// The whole vocabulary, in the order of the reference.
    package static let all: [FaultDefinition] = [
        .latency, .bandwidth, .slicer, .limitData, .slowClose, .resetPeer, .timeout, .partition, .corrupt, .duplicate,
        .reorder,
        .kill, .restart, .pause, .slow, .pull, .insert, .ceRestart, .ceSwitchover, .secondCE, .setMemory,
        .refuse, .closeAt, .stallAt, .truncate, .wrongSize, .corruptAt, .authFail, .imageChanged, .noRest, .ignoreRest,
        .no226, .pasvBounce, .endless,
        .powerLoss, .programError, .eraseError, .readError, .programNoop, .eraseNoop, .weakBlock, .weakPage, .gravePage,
        .bitFlip, .bitRotAfterVerify, .slowFlash, .slowErase, .writeProtect, .full,
        .wrongType, .rejectImage, .busy, .noMemory, .digestMismatch, .lostReply, .failToBoot, .bootOld, .lateReply,
        .silent,
    ]
}
