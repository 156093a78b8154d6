/// What is done when a fault fires: one of the vocabulary, with its parameters.
package struct FaultAction: Equatable, Sendable, CustomStringConvertible {
    package let definition: FaultDefinition
    package let values: FaultValues

    /// - Precondition: the values are those that the definition asks for; `init(named:values:)` fills in the defaults.
    package init(_ definition: FaultDefinition, _ values: FaultValues) {
        self.definition = definition
        self.values = values
    }

    /// - Parameter values: those that are not left out.
    /// - Returns: nil for a name that is none of the vocabulary, a parameter that it does not have or that is of another kind, and
    ///   one that is missing.
    package init?(named name: some StringProtocol, _ given: KeyValuePairs<String, FaultValue> = [:]) {
        guard let definition = FaultDefinition.named(name) else { return nil }
        var values = FaultValues()
        for parameter in definition.parameters {
            let own = given.first { $0.key == parameter.name }?.value
            guard own.map(parameter.kind.admits) ?? true else { return nil }
            if let value = own ?? parameter.standard {
                values.set(parameter.name, value)
            } else if parameter.isRequired {
                return nil
            }
        }
        guard given.allSatisfy({ pair in definition.parameters.contains { $0.name == pair.key } }) else { return nil }
        self.init(definition, values)
    }

    package var name: String { definition.name }
    package var effect: FaultEffect { definition.effect(of: values) }
    package var description: String { name }

    package static func == (left: FaultAction, right: FaultAction) -> Bool {
        left.name == right.name && left.values == right.values
    }
}

extension FaultParameter.Kind {
    /// Whether a value is of this kind.
    package func admits(_ value: FaultValue) -> Bool {
        switch (self, value) {
        case (.duration, .duration), (.bytes, .bytes), (.rate, .bitsPerSecond), (.factor, .number), (.count, .count):
            true
        case (.share, .number(let share)): (0...1).contains(share)
        case (.choice(let names), .choice(let name)): names.contains(name)
        default: false
        }
    }
}
