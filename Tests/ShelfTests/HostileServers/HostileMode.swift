import Reports

/// One way of a server to misbehave, and what must come of it.
struct HostileMode: Sendable, CustomStringConvertible {
    enum Outcome: Equatable, Sendable {
        /// The card has the image, verified.
        case success
        /// The card has no new image; `ce` ends with this code, and its output has this sentence in it.
        case failure(ProgramExit, String)
    }

    let name: String
    let scheme: String
    let outcome: Outcome
    /// Serves an image.
    let conduct: @Sendable (_ image: [UInt8]) -> @Sendable (Wire, Int) -> Void

    var description: String { "\(scheme): \(name)" }

    static func ftp(
        _ name: String, _ outcome: Outcome, _ change: @escaping @Sendable (inout FTPConduct) -> Void
    ) -> HostileMode {
        HostileMode(name: name, scheme: "ftp", outcome: outcome) { image in
            var conduct = FTPConduct(image: image)
            change(&conduct)
            return { [conduct] in conduct.serve($0, session: $1) }
        }
    }

    /// What is wrong with the reply to one command.
    static func ftp(
        _ step: FTPConduct.Step, _ fault: Fault, _ outcome: Outcome, once: Bool = false
    ) -> HostileMode {
        ftp("\(step) \(fault)\(once ? ", once" : "")", outcome) {
            $0.step = step
            $0.fault = fault
            $0.isOnce = once
        }
    }

    static func http(
        _ name: String, _ outcome: Outcome, once: Bool = false, later: @escaping HTTPConduct.Answer = HTTPConduct.good,
        pieceBytes: Int = 0,
        _ answer: @escaping HTTPConduct.Answer = HTTPConduct.good
    ) -> HostileMode {
        HostileMode(name: name + (once ? ", once" : ""), scheme: "http", outcome: outcome) { image in
            let conduct = HTTPConduct(
                image: image, answer: answer, pieceBytes: pieceBytes, isOnce: once, later: later)
            return { conduct.serve($0, session: $1) }
        }
    }
}
