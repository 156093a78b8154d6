import FoundationEssentials

/// What an operator asks a running CE: one line of JSON (`docs/control-socket.md`).
package enum ControlRequest: Equatable, Sendable {
    /// What the CE is doing.
    case status
    /// Change a setting, by its path in a plan: `memory` to `1MiB`.
    case set(name: String, value: String)

    /// Why a line is no request.
    package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    private struct Line: Codable {
        var `do`: String
        var setting: String?
        var value: String?
    }

    /// - Throws: what was expected.
    package init(line: [UInt8]) throws(Refusal) {
        let decoded: Line
        do {
            decoded = try line.withUnsafeBytes { bytes in
                try JSONDecoder().decode(Line.self, from: Data(bytes))
            }
        } catch {
            throw Refusal(description: "a request is one line of JSON such as {\"do\": \"status\"}")
        }
        switch decoded.do {
        case "status": self = .status
        case "set":
            guard let name = decoded.setting, let value = decoded.value else {
                throw Refusal(
                    description:
                        "set needs setting and value, such as {\"do\": \"set\", \"setting\": \"memory\", \"value\": \"1MiB\"}"
                )
            }
            self = .set(name: name, value: value)
        default: throw Refusal(description: "a request does status or set")
        }
    }

    /// Without a line break.
    package var line: [UInt8] {
        let line =
            switch self {
            case .status: Line(do: "status")
            case .set(let name, let value): Line(do: "set", setting: name, value: value)
            }
        return JSONText.bytes(of: line)
    }
}

/// JSON on one line, its keys in a fixed order.
enum JSONText {
    static func bytes(of value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            preconditionFailure("a value of the control protocol cannot be written: \(error)")
        }
    }
}
