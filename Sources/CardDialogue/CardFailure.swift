package import CardLink
package import CardProtocol
package import Runtime

/// Why a card did not do what it was asked for: at which stage, what was expected, what came.
package enum CardFailure: Error, Equatable, Sendable, CustomStringConvertible {
    case unreachable(ConnectionError)
    case noConnection(Endpoint, limit: Duration)
    /// Another card answers where this one should.
    case wrongSlot(expected: Int, found: Int, serialNumber: String)
    /// The card in the slot has another serial number than the plan says, or than its own certificate.
    case wrongCard(expected: String, found: String, isProven: Bool)
    case link(stage: CardStage, LinkError)
    case silent(stage: CardStage, limit: Duration)
    /// It says that it is alive, and gets no further.
    case noProgress(stage: CardStage, limit: Duration)
    /// It kept the other cards waiting, and the plan drops such cards.
    case tooSlow(charge: Duration)
    case refused(stage: CardStage, Refusal)
    /// The image did not come, or is not the manifest's; nothing is wrong with the card.
    case noImage(String)
    case cancelled

    package var description: String {
        switch self {
        case .unreachable(let error): "\(error); is the card up?"
        case .noConnection(let endpoint, let limit):
            "no connection to \(endpoint) within \(limit.inWords); is the card up?"
        case .wrongSlot(let expected, let found, let serialNumber):
            "slot \(expected) was expected, slot \(found) (serial number \(escaped(serialNumber))) answers; check its address"
        case .wrongCard(let expected, let found, let isProven):
            isProven
                ? "the card says that its serial number is \(escaped(found)); its certificate says \(escaped(expected))"
                : "serial number \(escaped(expected)) was expected, \(escaped(found)) answers; look at the slot"
        // A card whose link is secure says nothing to clear text.
        case .link(stage: .hello, .connection(.endedEarly)):
            "hello: the peer closed the connection early; is link_security the same on both sides?"
        case .link(let stage, let error): "\(stage.rawValue): \(error)"
        case .silent(let stage, let limit): "\(stage.rawValue): nothing from the card for \(limit.inWords)"
        case .noProgress(let stage, let limit):
            "\(stage.rawValue): the card is alive, and programmed nothing for \(limit.inWords)"
        case .tooSlow(let charge):
            "dropped: it kept the other cards waiting for \(charge.inWords), and the plan says stall: drop"
        case .refused(let stage, let refusal):
            "\(stage.rawValue): the card refuses, \(refusal.code): \(escaped(refusal.text))"
        case .noImage(let reason): reason
        case .cancelled: "it was ended before the card was done"
        }
    }
}

extension CardFailure {
    /// Nobody answers: the card restarts, or its connection was lost. Another attempt may do better.
    package var isAbsence: Bool {
        switch self {
        case .unreachable, .noConnection, .silent, .noProgress: true
        // Who is not trusted is there.
        case .link(_, .connection(.untrusted)): false
        case .link(_, .connection): true
        case .link(_, .violation): false
        case .wrongSlot, .wrongCard, .refused, .noImage, .tooSlow, .cancelled: false
        }
    }

    /// Of a download that runs: the card may go on with it in another connection. One that is silent stays so.
    package var mayPass: Bool {
        switch self {
        case .link(_, .connection(.untrusted)): false
        case .link(_, .connection): true
        // A block was lost: the card wants the image again from there on.
        case .refused(stage: .section, let refusal), .refused(stage: .result, let refusal):
            refusal.code == .flashFailed
        default: false
        }
    }
}

/// What a card is asked for, as messages name it.
package enum CardStage: String, Sendable {
    case secure = "securing the connection"
    case hello
    case start = "start of the download"
    case section = "sending the image"
    case read = "reading the image back"
    case result = "end of the download"
    case abort = "giving up the download"
    case activate = "activation"
    case commit = "commit"
    case rollBack = "roll back"
}

/// Text from a card without control characters, which could disturb a terminal or forge a log line.
package func escaped(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : Character($0) })
}

extension Duration {
    /// `30 s`, `250 ms`: for messages.
    package var inWords: String {
        let milliseconds = wholeNanoseconds / 1_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
