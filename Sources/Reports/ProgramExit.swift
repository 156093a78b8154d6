/// The exit codes of `ce` and `simulator` (those above 63 as in sysexits.h(3head), and as timeout(1) and shells have them).
package enum ProgramExit: Int32, Sendable {
    /// Everything that was asked for is so.
    case success = 0
    /// A card has not got its image, or an expectation failed.
    case failed = 1
    /// The command line is wrong.
    case usage = 64
    /// A file that was given is wrong.
    case badInput = 65
    /// A server, a port or a program is not to be had.
    case unavailable = 69
    case internalError = 70
    /// A file could not be written: the disk is full, say.
    case cannotWrite = 74
    case timedOut = 124
    case interrupted = 130
    case terminated = 143

    /// For a program that a signal has ended in order.
    package init(signal: Int32) {
        self = signal == 2 ? .interrupted : .terminated
    }
}
