import Faults
import Plans
import Rollout
import Settings

/// The JSON Schema (draft-07) of scenario files: made of the same lists of keys and the same definitions as the reader.
package enum ScenarioSchema {
    package static var json: String {
        let body = root.json()
        return """
            {"$schema": "http://json-schema.org/draft-07/schema#",
            "title": "A scenario of the network element simulator",
            "description": "Made by `simulator schema`; see docs/scenarios.md.",
            "allOf": [
            \(body)
            ]}

            """
    }

    /// What each key takes; a key of the reader that is missing here traps, and a test meets it.
    private static func object(
        _ keys: [String], required: [String] = [], _ nodes: [String: SchemaNode]
    ) -> SchemaNode {
        precondition(Set(nodes.keys).subtracting(keys).isEmpty, "the schema knows more than the reader")
        return .object(
            keys.map { key in
                guard let node = nodes[key] else { preconditionFailure("the schema lacks the key \(key)") }
                return (key, node)
            }, required: required)
    }

    private static var root: SchemaNode {
        object(
            ScenarioReader.keys, required: [],
            [
                "name": .value("the scenario's name; its runs are kept under it"),
                "include": .either([.value("a file"), .list(.value("a file that this one is laid over"))]),
                "matrix": .map(.list(.value("one of the values that the path takes"))),
                "seed": .value("what generated images, and choices on the virtual clock, come from"),
                "timeout": .value("the whole run's deadline, as 60s"),
                "server": server,
                "link_security": .value(
                    "how the links between CE and cards are guarded",
                    choices: ScenarioLinkSecurity.allCases.map(\.rawValue)),
                "images": .map(image),
                "ce": object(
                    Fields.poolKeys,
                    Dictionary(
                        uniqueKeysWithValues: Fields.poolKeys.map { ($0, .value("the buffer pool, as in a plan")) })
                ),
                "defaults": layer,
                "kinds": .map(layer),
                "groups": .map(group),
                "faults": .list(fault),
                "steps": .list(step),
                "expect": expect,
            ])
    }

    private static var link: SchemaNode {
        object(["rate", "latency"], ["rate": .value("as 100Mbit"), "latency": .value("one way, as 2ms")])
    }

    private static var server: SchemaNode {
        object(
            ScenarioReader.serverKeys,
            [
                "protocol": .value(
                    "what the simulator's own server speaks", choices: ServerProtocol.allCases.map(\.rawValue)),
                "program": .value(
                    "a server that the simulator starts", choices: ServerProgram.allCases.map(\.rawValue)),
                "url": .value("a server that runs already"),
                "port": .value("where a server listens that the simulator starts"),
                "link": link,
                "user": .value("an account"),
                "password": .value("its password"),
            ])
    }

    private static var image: SchemaNode {
        object(
            ScenarioReader.imageKeys, required: ["version"],
            [
                "size": .value("of an image that is generated, as 16MiB"), "version": .value("as 2.0.0"),
                "type": .value("the type of card that the manifest names"),
                "file": .value("a path, line-card or broken-card"),
            ])
    }

    private static var layerNodes: [String: SchemaNode] {
        [
            "image": .value("the image that the group gets"),
            "flash": object(FlashFields.keys, flashNodes),
            "link": link,
            "window": .value("how much the card takes beyond what is programmed, as 128KiB"),
            "section": .value("the largest section that the card takes, as 64KiB"),
        ]
    }

    private static var flashNodes: [String: SchemaNode] {
        var nodes = Dictionary(
            uniqueKeysWithValues: FlashFields.keys.map { ($0, SchemaNode.value("see docs/scenarios.md")) })
        nodes["profile"] = .value("the flash part", choices: FlashProfileName.allCases.map(\.rawValue))
        nodes["times"] = .value("how long operations take", choices: ScenarioFlashFaults.Times.allCases.map(\.rawValue))
        nodes["write_protect"] = .flag("erasing and programming are refused")
        nodes["bad_blocks"] = .list(
            .object([
                ("block", .value("from 0")),
                ("fault", .value("how", choices: ScenarioFlashFaults.BlockBehaviour.allCases.map(\.rawValue))),
                ("after", .value("erase cycles up to which it is well")),
            ]))
        nodes["bad_pages"] = .list(
            .object([
                ("page", .value("from 0")),
                ("fault", .value("how", choices: ScenarioFlashFaults.PageBehaviour.allCases.map(\.rawValue))),
                ("after", .value("erase cycles up to which it is well")),
            ]))
        return nodes
    }

    private static var layer: SchemaNode { object(ScenarioReader.layerKeys, layerNodes) }

    private static var group: SchemaNode {
        var nodes = layerNodes
        nodes["kind"] = .value("its cards' hardware type")
        nodes["slots"] = .either([.value("as 1-4,7"), .list(.value("as 1-4"))])
        nodes["cards"] = .map(object(CardFields.keys, layerNodes.filter { $0.key != "image" }))
        nodes["stall"] = .value("slow cards", choices: ScenarioStallPolicy.allCases.map(\.rawValue))
        nodes["after"] = .value("how far the image is brought", choices: ScenarioGoal.allCases.map(\.rawValue))
        nodes["rollout"] = object(
            RolloutReader.orderKeys,
            Dictionary(
                uniqueKeysWithValues: RolloutReader.orderKeys.map { key in
                    (
                        key,
                        key == "all_or_none"
                            ? .flag("as in a plan") : .either([.value("as in a plan"), .list(.value("a slot"))])
                    )
                }))
        nodes["protect"] = .list(.list(.value("a slot")))
        return object(ScenarioReader.groupKeys, required: ["kind", "slots"], nodes)
    }

    // MARK: Faults

    private static var fault: SchemaNode {
        object(
            FaultReader.keys, required: ["do"],
            [
                "target": .value(FaultReader.targetExpectation),
                "at": object(
                    FaultReader.triggerKeys,
                    Dictionary(
                        uniqueKeysWithValues: FaultReader.triggerKeys.map { key in
                            (
                                key,
                                key == "phase"
                                    ? .value("a station of the download", choices: FaultPhase.allCases.map(\.rawValue))
                                    : .value("when it fires")
                            )
                        })),
                "do": action,
                "for": .value("how long it lasts, as 2s"),
                "count": .value("how often, from 1"),
                "optional": .flag("the run passes also when it never fired"),
            ])
    }

    /// A name, or a name and what it takes.
    private static var action: SchemaNode {
        let bare = FaultDefinition.all.filter { !$0.parameters.contains(where: \.isRequired) }.map(\.name)
        let full = FaultDefinition.all.map { definition -> (key: String, node: SchemaNode) in
            let members = definition.parameters.map { (key: $0.name, node: parameter($0)) }
            let required = definition.parameters.filter(\.isRequired).map(\.name)
            return (definition.name, .object(members, required: required))
        }
        return .either([.value("a fault", choices: bare), .object(full)])
    }

    private static func parameter(_ parameter: FaultParameter) -> SchemaNode {
        if case .choice(let names) = parameter.kind { return .value(parameter.meaning, choices: names) }
        return .value(parameter.meaning)
    }

    // MARK: Steps and expectations

    private static var step: SchemaNode {
        object(
            ScenarioReader.stepKeys, required: ["do"],
            [
                "do": .value("the act", choices: ScenarioStep.Act.allCases.map(\.rawValue)),
                "group": .value("the group that it is for"), "image": .value("another image"),
                "after": .value("how far it is brought", choices: ScenarioGoal.allCases.map(\.rawValue)),
                "for": .value("of a wait, as 5s"),
                "exit": .value("how it ends", choices: ScenarioExpectation.Exit.allCases.map(\.rawValue)),
                "running": .value("the version that every card's program says of itself"),
                "faults": .list(fault),
            ])
    }

    private static var expect: SchemaNode {
        object(
            ScenarioReader.expectationKeys,
            [
                "exit": .value("how the download ends", choices: ScenarioExpectation.Exit.allCases.map(\.rawValue)),
                "running": .value("the version that every card's program says of itself"),
                "metrics": .list(.value("as efficiency >= 0.97")),
                "order": .list(.value("events that come in this order")),
                "cards": .map(
                    object(
                        ScenarioReader.cardExpectationKeys,
                        [
                            "outcome": .value(
                                "how its download ends", choices: CardExpectation.Ending.allCases.map(\.rawValue)),
                            "state": .value(
                                "what it is brought to", choices: CardExpectation.State.allCases.map(\.rawValue)),
                            "reason": .value("a part of the reason"),
                            "digest": .value("of its flash", choices: CardExpectation.Digest.allCases.map(\.rawValue)),
                            "restarts": .value("as 1 or '>= 1'"),
                            "detached": .flag("it was taken out of the window"),
                            "source": .value(
                                "where its image came from", choices: CardExpectation.Source.allCases.map(\.rawValue)),
                            "running": .value("the version that runs"),
                        ])),
            ])
    }
}
