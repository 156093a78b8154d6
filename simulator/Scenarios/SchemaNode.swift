/// A part of the scenario language, as an editor needs to know it.
indirect enum SchemaNode {
    /// A single value, of whatever text; `choices` where there are only these.
    case value(_ meaning: String, choices: [String] = [])
    case flag(_ meaning: String)
    case list(_ element: SchemaNode)
    /// A mapping with these keys and no others.
    case object([(key: String, node: SchemaNode)], required: [String] = [])
    /// A mapping whose keys the author chooses.
    case map(_ value: SchemaNode)
    case either([SchemaNode])

    /// The node as JSON Schema (draft-07), indented by `depth`.
    func json(depth: Int = 0) -> String {
        switch self {
        case .value(let meaning, let choices):
            let type = choices.isEmpty ? #""type": ["string", "number"]"# : #""enum": \#(Self.array(choices))"#
            return "{\(type), \"description\": \(Self.text(meaning))}"
        case .flag(let meaning): return "{\"type\": \"boolean\", \"description\": \(Self.text(meaning))}"
        case .list(let element): return "{\"type\": \"array\", \"items\": \(element.json(depth: depth))}"
        case .map(let value):
            return "{\"type\": \"object\", \"additionalProperties\": \(value.json(depth: depth))}"
        case .either(let nodes):
            return "{\"anyOf\": [\(nodes.map { $0.json(depth: depth) }.joined(separator: ", "))]}"
        case .object(let members, let required):
            let indent = String(repeating: "  ", count: depth + 1)
            let lines = members.map { "\(indent)\(Self.text($0.key)): \($0.node.json(depth: depth + 1))" }
            let requirement = required.isEmpty ? "" : ", \"required\": \(Self.array(required))"
            return """
                {"type": "object", "additionalProperties": false\(requirement), "properties": {
                \(lines.joined(separator: ",\n"))
                \(String(repeating: "  ", count: depth))}}
                """
        }
    }

    static func array(_ texts: [String]) -> String { "[\(texts.map(text).joined(separator: ", "))]" }

    /// A JSON string (RFC 8259, section 7); the language's own texts have no control characters.
    static func text(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
