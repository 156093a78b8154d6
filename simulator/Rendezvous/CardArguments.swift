import FlashModel
import Runtime

/// The command line of `line-card`.
package enum CardArguments: Equatable, Sendable {
    case run(CardCommand)
    /// A look at a flash file.
    case flash(path: String, isJSON: Bool)
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
        usage: line-card --rendezvous HOST:PORT [--slot N] [--port N] [--die-at-operation N[:MODE[:SEED]]]
               line-card flash FILE [--json]

        Emulates one line card. Announces itself to the simulator that listens at HOST:PORT, is told there what card it
        is, and serves the card protocol on a port of its own until that connection ends.

          --rendezvous HOST:PORT  the simulator's rendezvous; HOST is a numeric address or localhost
          --slot N                the card's slot, from 1 to 65535; without it the number of the process in its
                                  job (SLURM_PROCID, OMPI_COMM_WORLD_RANK or JOB_COMPLETION_INDEX) plus 1
          --port N                listen there; without it on any free port
          --die-at-operation N[:MODE[:SEED]]
                                  lose the power at the Nth flash operation from now (each erase and each program unit
                                  is one) and die by SIGKILL; MODE is what the operation leaves: none, prefix, garbage
                                  or complete (default: garbage), drawn from SEED
          --booted I, --trial-seconds N
                                  how a card's boot loader starts the image of instance I; not for use by hand
          --help                  print this text
          --version               print the version

        line-card flash FILE shows a card's flash file, also while the card runs, and changes nothing: the part, the boot
        record and its instances, erase counts, bad blocks and what stands in their place, the life that is left, and a
        map of the erase blocks. With --json it prints one JSON object.

        exit codes: 0 let go by the simulator, or ended by SIGINT or SIGTERM; 64 wrong usage; 69 the rendezvous is not
        to be had; 74 the flash file cannot be used

        """

    /// Reads the arguments behind the program's name.
    ///
    /// - Parameter environment: looks up a variable.
    package static func parse(
        _ arguments: some Sequence<String>, environment: (String) -> String?
    ) throws(UsageError) -> CardArguments {
        let arguments = Array(arguments)
        return arguments.first == "flash"
            ? try flash(arguments.dropFirst()) : try run(arguments, environment: environment)
    }

    private static func flash(_ arguments: ArraySlice<String>) throws(UsageError) -> CardArguments {
        var path: String?
        var isJSON = false
        for argument in arguments {
            switch argument {
            case "--help", "-h": return .help
            case "--json": isJSON = true
            case _ where argument.hasPrefix("-"): throw UsageError(description: "\(argument): no such option of flash")
            case _ where path != nil: throw UsageError(description: "\(argument): flash shows one file")
            default: path = argument
            }
        }
        guard let path else { throw UsageError(description: "flash: FILE is missing") }
        return .flash(path: path, isJSON: isJSON)
    }

    private static func run(
        _ arguments: [String], environment: (String) -> String?
    ) throws(UsageError) -> CardArguments {
        var rendezvous: Endpoint?
        var slot: UInt16?
        var port: UInt16 = 0
        var powerCut: PowerCut?
        var booted: Int?
        var trialSeconds: Int?
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
            case "--port": port = UInt16(try number(of: argument, iterator.next(), in: 1...65535))
            case "--die-at-operation": powerCut = try self.powerCut(try value(of: argument, iterator.next()))
            case "--booted": booted = try number(of: argument, iterator.next(), in: 0...1)
            case "--trial-seconds":
                trialSeconds = try number(of: argument, iterator.next(), in: 1...Int(UInt32.max))
            default: throw UsageError(description: "\(argument): no such option")
            }
        }
        guard let rendezvous else { throw UsageError(description: "--rendezvous HOST:PORT is missing") }
        if slot == nil { slot = try rank(environment) }
        guard let slot else {
            throw UsageError(
                description: "--slot N is missing, and none of \(rankVariables.joined(separator: ", ")) is set")
        }
        var command = CardCommand(rendezvous: rendezvous, slot: slot)
        command.port = port
        command.powerCut = powerCut
        command.booted = booted.map { CardCommand.Booted(instance: $0, trialSeconds: trialSeconds) }
        return .run(command)
    }

    private static func number(
        of option: String, _ text: String?, in range: ClosedRange<Int>
    ) throws(UsageError) -> Int {
        let text = try value(of: option, text)
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                description: "\(option) \(text): must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func powerCut(_ text: String) throws(UsageError) -> PowerCut {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let torn = parts.count > 1 ? TornMode(named: parts[1]) : .garbage
        let seed = parts.count > 2 ? UInt64(parts[2]) : 0
        guard parts.count <= 3, let operation = Int(parts[0]), operation > 0, let torn, let seed else {
            let modes = TornMode.allCases.map(\.name).joined(separator: ", ")
            throw UsageError(
                description:
                    "--die-at-operation \(text): must be N, N:MODE or N:MODE:SEED, N from 1, MODE one of \(modes)")
        }
        return PowerCut(operation: operation, torn: torn, seed: seed)
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
