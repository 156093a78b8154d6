import FlashModel
import Rendezvous
import Runtime
import Testing

@Suite struct CardArgumentsTests {
    private func parse(_ line: String, _ environment: [String: String] = [:]) throws -> CardArguments {
        try CardArguments.parse(line.split(separator: " ").map(String.init)) { environment[$0] }
    }

    static let endpoint = Endpoint(host: "10.0.0.1", port: 7000)

    @Test func theSlotIsTakenFromTheOptionElseFromTheJob() throws {
        #expect(
            try parse("--rendezvous 10.0.0.1:7000 --slot 3") == .run(CardCommand(rendezvous: Self.endpoint, slot: 3)))
        for variable in ["SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "JOB_COMPLETION_INDEX"] {
            #expect(
                try parse("--rendezvous 10.0.0.1:7000", [variable: "0"])
                    == .run(CardCommand(rendezvous: Self.endpoint, slot: 1)))
        }
        #expect(
            try parse("--slot 3 --rendezvous 10.0.0.1:7000", ["SLURM_PROCID": "8"])
                == .run(CardCommand(rendezvous: Self.endpoint, slot: 3)))
        #expect(
            try parse("--rendezvous 10.0.0.1:7000", ["SLURM_PROCID": "8", "JOB_COMPLETION_INDEX": "1"])
                == .run(CardCommand(rendezvous: Self.endpoint, slot: 9)))
    }

    /// What a card's boot loader hands on is what the booted program reads.
    @Test func aCommandAndItsArgumentsAreTheSame() throws {
        var command = CardCommand(rendezvous: Self.endpoint, slot: 3)
        #expect(try parse(command.arguments.joined(separator: " ")) == .run(command))
        command.port = 4711
        command.powerCut = PowerCut(operation: 17, torn: .prefix, seed: 5)
        command.booted = CardCommand.Booted(instance: 1, trialSeconds: 60)
        #expect(try parse(command.arguments.joined(separator: " ")) == .run(command))
    }

    @Test func aFlashFileIsShownAsATableOrAsJSON() throws {
        #expect(try parse("flash card-1.flash") == .flash(path: "card-1.flash", isJSON: false))
        #expect(try parse("flash --json card-1.flash") == .flash(path: "card-1.flash", isJSON: true))
        #expect(try parse("flash --help") == .help)
    }

    @Test func helpAndVersionNeedNothingElse() throws {
        #expect(try parse("--help") == .help)
        #expect(try parse("--version") == .version)
        for option in ["--rendezvous", "--slot", "--help", "--version", "flash FILE", "--json"] {
            #expect(CardArguments.helpText.contains(option))
        }
    }

    @Test(arguments: [
        ("", "--rendezvous"), ("--rendezvous", "--rendezvous"), ("--rendezvous 10.0.0.1", "10.0.0.1"),
        ("--rendezvous card.example:1 --slot 1", "card.example"), ("--rendezvous 10.0.0.1:7000 --slot 0", "--slot 0"),
        ("--rendezvous 10.0.0.1:7000 --slot 70000", "70000"), ("--rendezvous 10.0.0.1:7000 --slot", "--slot"),
        ("--rendezvous 10.0.0.1:7000", "SLURM_PROCID"), ("--rendezvous 10.0.0.1:7000 --slots 1", "--slots"),
        ("--rendezvous 10.0.0.1:7000 --slot 1 --port 0", "--port 0"),
        ("--rendezvous 10.0.0.1:7000 --slot 1 --die-at-operation 0", "--die-at-operation 0"),
        ("--rendezvous 10.0.0.1:7000 --slot 1 --die-at-operation 5:torn", "garbage"),
        ("--rendezvous 10.0.0.1:7000 --slot 1 --booted 2", "--booted 2"),
        ("flash", "FILE"), ("flash --json", "FILE"), ("flash a b", "b: flash shows one file"),
        ("flash a --map", "--map"),
    ])
    func aWrongCommandLineIsNamed(line: String, named: String) {
        let error = #expect(throws: CardArguments.UsageError.self) { _ = try parse(line) }
        #expect(error?.description.contains(named) == true)
    }

    @Test(arguments: ["-1", "65535", "x", ""]) func aRankThatCannotBeIsNamed(rank: String) {
        let error = #expect(throws: CardArguments.UsageError.self) {
            _ = try parse("--rendezvous 10.0.0.1:7000", ["SLURM_PROCID": rank])
        }
        #expect(error?.description.contains("SLURM_PROCID=\(rank)") == true)
    }
}
