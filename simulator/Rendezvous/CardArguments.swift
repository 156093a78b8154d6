package import Runtime

/// The command line of `line-card`.
package enum CardArguments: Equatable, Sendable {
    case run(rendezvous: Endpoint, slot: UInt16)
    case help
    case version

    /// What is wrong with a command line.
    package struct UsageError: Error, Equatable, Sendable, CustomStringConvertible {
        package static let exitCode: Int32 = 64
        package let description: String
    }

    /// Where a cluster tells a process its number, from 0, in this order.
    private static let rankVariables = ["SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "JOB_COMPLETION_INDEX"]

    package static let helpText = """
        usage: line-card --rendezvous HOST:PORT [--slot N]

        Emulates one line card. Announces itself to the simulator that listens at HOST:PORT, is told there what card it
        is, and serves the card protocol on a port of its own until that connection ends.

          --rendezvous HOST:PORT  the simulator's rendezvous; HOST is a numeric address or localhost
          --slot N                the card's slot, from 1 to 65535; without it the number of the process in its
                                  job (SLURM_PROCID, OMPI_COMM_WORLD_RANK or JOB_COMPLETION_INDEX) plus 1
          --help                  print this text
          --version               print the version

        exit codes: 0 let go by the simulator, or ended by SIGINT or SIGTERM; 64 wrong usage; 69 the rendezvous is not
        to be had; 74 the flash file cannot be used

        """

    /// Reads the arguments behind the program's name.
    ///
    /// - Parameter environment: looks up a variable.
    package static func parse(
        _ arguments: some Sequence<String>, environment: (String) -> String?
    ) throws(UsageError) -> CardArguments {
        var rendezvous: Endpoint?
        var slot: UInt16?
        var iterator = arguments.makeIterator()
        while let argument = iterator.next() {
            switch argument {
            case "--help", "-h": return .help
            case "--version": return .version
            case "--rendezvous":
                let text = try value(of: argument, iterator.next())
                guard let endpoint = Endpoint(text) else {
                    throw UsageError(description: "--rendezvous \(text): must be HOST:PORT with a numeric address")
                }
                rendezvous = endpoint
            case "--slot":
                let text = try value(of: argument, iterator.next())
                guard let number = UInt16(text), number > 0 else {
                    throw UsageError(description: "--slot \(text): must be a number from 1 to 65535")
                }
                slot = number
            default: throw UsageError(description: "\(argument): no such option")
            }
        }
        guard let rendezvous else { throw UsageError(description: "--rendezvous HOST:PORT is missing") }
        if slot == nil { slot = try rank(environment) }
        guard let slot else {
            throw UsageError(
                description: "--slot N is missing, and none of \(rankVariables.joined(separator: ", ")) is set")
        }
        return .run(rendezvous: rendezvous, slot: slot)
    }

    private static func value(of option: String, _ value: String?) throws(UsageError) -> String {
        guard let value else { throw UsageError(description: "\(option): its value is missing") }
        return value
    }

    private static func rank(_ environment: (String) -> String?) throws(UsageError) -> UInt16? {
        for variable in rankVariables {
            guard let text = environment(variable) else { continue }
            guard let rank = UInt16(text), rank < .max else {
                throw UsageError(description: "\(variable)=\(text): must be a number from 0 to 65534")
            }
            return rank + 1
        }
        return nil
    }
}
