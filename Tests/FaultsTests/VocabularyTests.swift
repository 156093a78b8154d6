import Faults
import Testing

/// The vocabulary: every fault of it has a name of its own, can be made with what it needs, and does something.
@Suite struct VocabularyTests {
    @Test func everyFaultHasANameOfItsOwn() {
        #expect(FaultDefinition.all.count >= 55)
        #expect(Set(FaultDefinition.all.map(\.name)).count == FaultDefinition.all.count)
    }

    @Test(arguments: FaultDefinition.all.map(\.name)) func everyFaultCanBeMade(name: String) throws {
        let definition = try #require(FaultDefinition.named(name))
        var values = FaultValues()
        for parameter in definition.parameters {
            let value = parameter.standard ?? Self.sample(of: parameter.kind)
            #expect(parameter.kind.admits(value), "\(parameter.name)")
            values.set(parameter.name, value)
        }
        let names = definition.parameters.map(\.name)
        #expect(Set(names).count == names.count)
        Self.expectEffect(definition.effect(of: values), of: definition)
    }

    /// What lasts must change the state that it is about.
    private static func expectEffect(_ effect: FaultEffect, of definition: FaultDefinition) {
        switch effect {
        case .link(let direction, let change):
            var line = LinkDisturbance.none
            change(&line)
            #expect(line != .none && (direction.isDown || direction.isUp))
            #expect(definition.family == .link)
        case .server(let change):
            var server = FileServerFaults.none
            change(&server)
            #expect(server != .none && definition.family == .server)
        case .software(let change):
            var card = CardMisbehaviour.none
            change(&card)
            #expect(card != .none && definition.family == .software)
        case .process: #expect(definition.family == .process)
        case .flash, .block, .unit, .rot, .powerLoss: #expect(definition.family == .flash)
        }
    }

    private static func sample(of kind: FaultParameter.Kind) -> FaultValue {
        switch kind {
        case .duration: .duration(.milliseconds(5))
        case .bytes: .bytes(4096)
        case .rate: .bitsPerSecond(1_000_000)
        case .share: .number(0.25)
        case .factor: .number(3)
        case .count: .count(7)
        case .choice(let names): .choice(names[0])
        }
    }

    @Test func aFaultTakesWhatItsDefinitionSaysAndNothingElse() {
        #expect(FaultAction(named: "latency", ["time": .duration(.milliseconds(3))]) != nil)
        #expect(FaultAction(named: "latency") == nil)
        #expect(FaultAction(named: "latency", ["time": .count(3)]) == nil)
        #expect(FaultAction(named: "kill", ["after": .duration(.zero)]) == nil)
        #expect(FaultAction(named: "corrupt", ["probability": .number(1.5)]) == nil)
        #expect(FaultAction(named: "no_such_fault") == nil)
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let action = try #require(FaultAction(named: "power_loss"))
        #expect(action.values["left"] == .choice("garbage"))
        let open = try #require(FaultAction(named: "program_error"))
        #expect(open.values["block"] == nil)
    }

    @Test func aServersFaultSpoilsOneTransferUnlessItIsHowTheServerIs() throws {
        func uses(_ name: String, _ values: KeyValuePairs<String, FaultValue> = [:], count: Int? = nil) throws -> Int? {
            let action = try #require(FaultAction(named: name, values))
            return Fault(target: .server, trigger: FaultTrigger(.beginning), action: action, count: count).uses
        }
        #expect(try uses("close_at") == 1)
        #expect(try uses("close_at", count: 3) == 3)
        #expect(try uses("no_rest") == nil)
        #expect(try uses("no_rest", count: 2) == 2)
    }
}
