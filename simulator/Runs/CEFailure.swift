package import Reports
package import Shelves

/// The CE ended without a report.
package struct CEFailure: Error, Sendable, CustomStringConvertible {
    package let status: ExitStatus

    /// The CE's own code where it has one that a program may end with.
    package var exit: ProgramExit {
        if case .code(let code) = status { ProgramExit(rawValue: code) ?? .internalError } else { .internalError }
    }

    package var description: String {
        "ce ended with \(status) and left no report; what it said stands above"
    }
}
