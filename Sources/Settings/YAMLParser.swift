import Yams

/// Turns a file's text into nodes, by way of libyaml.
///
/// The only file that knows Yams. What YAML has and a settings file does not is refused here: anchors, aliases, tags, a
/// second document, keys that are not scalars, and nesting beyond the limit.
struct YAMLParser {
    private let source: SourceText
    private let problems: DiagnosticList
    /// The original names of keys that stand twice, by the names that they have while Yams parses.
    private var renamed: [String: String] = [:]

    private init(_ source: SourceText, _ problems: DiagnosticList) {
        self.source = source
        self.problems = problems
    }

    /// - Returns: the document; nil when it cannot be read at all, which is then reported.
    static func parse(_ source: SourceText, problems: DiagnosticList) -> SettingsNode? {
        var parser = YAMLParser(source, problems)
        return parser.parse()
    }

    private mutating func parse() -> SettingsNode? {
        guard let diagnostic = aliasLimitDiagnostic() else { return compose(source.text) }
        problems.report(diagnostic)
        return nil
    }

    /// Anchors and aliases are found in the parsed nodes; but a few hundred bytes of them can stand for more nodes than
    /// memory has room for, or nest deeper than the stack, so their number is bounded before.
    private func aliasLimitDiagnostic() -> Diagnostic? {
        func isNameCharacter(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        let lines = source.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let opening = lines.prefix { $0.first == UInt8(ascii: "#") }.count
        var aliasCount = 0
        var anchorCount = 0
        var line = opening
        for text in lines[opening...] {
            line += 1
            for (first, second) in zip(text, text.dropFirst()) where isNameCharacter(second) {
                if first == UInt8(ascii: "&") { anchorCount += 1 }
                if first == UInt8(ascii: "*") { aliasCount += 1 }
            }
            guard anchorCount > 0, aliasCount > SettingsLimits.maximumAliasLikeWords else { continue }
            return Diagnostic(
                file: source.file, line: line, column: 1,
                message:
                    "the file has words like '&name', and more than \(SettingsLimits.maximumAliasLikeWords) like '*name'; "
                    + "anchors and aliases are not accepted: write the values out")
        }
        return nil
    }

    private mutating func compose(_ text: String) -> SettingsNode? {
        do {
            // No resolver: it would give each key a type by regular expressions, to no use.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // The nodes know their anchors only as long as their parser lives.
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else {
                    let start = SettingsNode.Place(file: source.file, line: 1, column: 1)
                    report("the file is empty; expected keys and values", at: start)
                    return nil
                }
                return convert(root, depth: 1)
            }
        } catch YamlError.duplicatedKeysInMapping(let names, let context) {
            if let name = names.first, let changed = rename(name, at: context.mark, in: text) {
                return compose(changed)
            }
            report("key \(names.first?.quoted ?? "") stands twice in one mapping", context.mark)
        } catch let error as YamlError {
            report(error)
        } catch {
            problems.report(Diagnostic(file: source.file, message: "cannot be parsed: \(error)"))
        }
        return nil
    }

    /// Yams ends at a key that stands twice; the reader goes on, to report it together with all other errors. So the
    /// first of the two gets a name of as many characters that nobody writes, and its own name back afterwards.
    ///
    /// - Returns: the changed text; nil when the key was not found in it as it is spelled, or there are too many.
    private mutating func rename(_ name: String, at mark: Mark, in text: String) -> String? {
        let firstPrivateUse: UInt32 = 0xE000
        guard renamed.count < SettingsLimits.maximumDuplicateKeys,
            let substitute = Unicode.Scalar(firstPrivateUse + UInt32(renamed.count)),
            !text.unicodeScalars.contains(substitute)
        else { return nil }
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
        let key = Array(name.unicodeScalars)
        guard mark.line <= lines.count, !key.isEmpty else { return nil }
        var start = mark.column - 1
        let line = lines[mark.line - 1]
        if start < line.count, line[start] == "\"" || line[start] == "'" { start += 1 }
        guard start + key.count <= line.count, Array(line[start..<start + key.count]) == key else { return nil }
        let unused = [Unicode.Scalar](repeating: substitute, count: key.count)
        lines[mark.line - 1].replaceSubrange(start..<start + key.count, with: unused)
        renamed[String(String.UnicodeScalarView(unused))] = renamed[name] ?? name
        return String(String.UnicodeScalarView(lines.joined(separator: ["\n"])))
    }

    private func convert(_ node: Node, depth: Int) -> SettingsNode {
        let place = SettingsNode.Place(file: source.file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        return SettingsNode(place: place, content: content(of: node, at: place, depth: depth))
    }

    private func content(of node: Node, at place: SettingsNode.Place, depth: Int) -> SettingsNode.Content {
        guard depth <= SettingsLimits.maximumDepth else {
            return refuse("nested more than \(SettingsLimits.maximumDepth) levels deep", at: place)
        }
        guard node.anchorName == nil else {
            return refuse("anchors and aliases are not accepted; write the value out where it is needed", at: place)
        }
        guard node.hasUsualTag else {
            return refuse("tags are not accepted: remove \(node.tag.description.quoted)", at: place)
        }
        switch node {
        case .scalar(let scalar): return .scalar(scalar.string, isPlain: scalar.style == .plain)
        case .sequence(let sequence): return .list(sequence.map { convert($0, depth: depth + 1) })
        case .mapping(let mapping): return .mapping(mapping.compactMap { member($0.key, $0.value, depth: depth + 1) })
        case .alias: return refuse("aliases are not accepted; write the value out where it is needed", at: place)
        }
    }

    private func refuse(_ message: String, at place: SettingsNode.Place) -> SettingsNode.Content {
        report(message, at: place)
        return .refused
    }

    private func member(_ key: Node, _ value: Node, depth: Int) -> SettingsNode.Member? {
        let key = convert(key, depth: depth)
        switch key.content {
        case .scalar(let text, _):
            let value = convert(value, depth: depth)
            return SettingsNode.Member(key: renamed[text] ?? text, keyPlace: key.place, value: value)
        case .refused: break
        case .list, .mapping: report("a key must be a single value, not \(key.kind)", at: key.place)
        }
        return nil
    }

    private func report(_ message: String, _ mark: Mark) {
        report(message, at: SettingsNode.Place(file: source.file, line: mark.line, column: mark.column))
    }

    private func report(_ message: String, at place: SettingsNode.Place) {
        problems.report(place.diagnostic(message))
    }

    private func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let place = context.map { ", \($0.text) that began at \($0.mark.line):\($0.mark.column)" } ?? ""
            report("not valid YAML: \(problem)\(place)", mark)
        case .composer(_, "but found another document", let mark, _):
            report("a second document begins here; a settings file has one", mark)
        case .composer(_, let problem, let mark, _):
            report("not valid YAML: \(problem)", mark)
        default:
            problems.report(Diagnostic(file: source.file, message: "not valid YAML: \(error)"))
        }
    }
}

extension Node {
    fileprivate var anchorName: String? {
        switch self {
        case .scalar(let scalar): scalar.anchor?.rawValue
        case .sequence(let sequence): sequence.anchor?.rawValue
        case .mapping(let mapping): mapping.anchor?.rawValue
        case .alias(let alias): alias.anchor.rawValue
        }
    }

    /// No tag, which Yams shows as the one that says what the node is anyway.
    fileprivate var hasUsualTag: Bool {
        let usual: [Tag.Name] = [.implicit, .nonSpecific, .str, .seq, .map]
        return usual.contains { $0.rawValue == tag.description }
    }
}
