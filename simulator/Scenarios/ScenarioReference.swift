import Faults
import Settings

/// The tables of docs/scenarios.md that are made of the definitions themselves: a test holds the page against them.
package enum ScenarioReference {
    /// Every fault, by family, with what it takes.
    package static var faults: String {
        FaultFamily.allCases.map { family in
            var lines = [
                "### \(title(of: family))", "", "| fault | takes | what happens: the target … |", "| --- | --- | --- |",
            ]
            for definition in FaultDefinition.all where definition.family == family {
                let parameters = definition.parameters.map(parameter).joined(separator: "<br>")
                lines.append(
                    "| `\(definition.name)` | \(parameters.isEmpty ? "–" : parameters) | \(definition.summary) |")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    /// The figures of a run.
    package static var metrics: String {
        let rows = Metric.allCases.map { "| `\($0.rawValue)` | \(unit($0.unit)) | \($0.meaning) |" }
        return (["| metric | value | meaning |", "| --- | --- | --- |"] + rows).joined(separator: "\n")
    }

    private static func title(of family: FaultFamily) -> String {
        switch family {
        case .link: "Links: target cards or `server`"
        case .process: "Processes: target cards or `ce`"
        case .server: "The server"
        case .flash: "Flash: target cards"
        case .software: "A card's software: target cards"
        }
    }

    private static func parameter(_ parameter: FaultParameter) -> String {
        let standard = parameter.standard.map { ", else \(text($0))" } ?? (parameter.isRequired ? "" : ", optional")
        return "`\(parameter.name)`: \(parameter.meaning) (\(kind(parameter.kind))\(standard))"
    }

    private static func kind(_ kind: FaultParameter.Kind) -> String {
        switch kind {
        case .duration: "duration"
        case .bytes: "size"
        case .rate: "rate"
        case .share: "share"
        case .factor: "number"
        case .count: "number"
        case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
        }
    }

    private static func text(_ value: FaultValue) -> String {
        switch value {
        case .duration(let duration): "`\(duration.unitText)`"
        case .bytes(let bytes): "`\(ByteCount(bytes))`"
        case .bitsPerSecond(let rate): "`\(DataRate(bitsPerSecond: rate))`"
        case .number(let number): "`\(number.shortText)`"
        case .count(let count): "`\(count)`"
        case .choice(let name): "`\(name)`"
        }
    }

    private static func unit(_ unit: Metric.Unit) -> String {
        switch unit {
        case .seconds: "duration"
        case .ratio: "number or percentage"
        case .bytes: "size"
        case .count: "number"
        }
    }
}
