extension SettingsNode {
    /// Puts the override's value in its place, and makes the mappings on the way to it where there are none.
    mutating func apply(_ override: SettingsOverride, problems: DiagnosticList) {
        let place = Place.option(override.option)
        guard let value = Self.parse(override, at: place, problems: problems) else { return }
        if let message = replace(override.path[...], of: "", with: value, at: place) {
            problems.report(place.diagnostic(message))
        }
    }

    private static func parse(_ override: SettingsOverride, at place: Place, problems: DiagnosticList) -> SettingsNode?
    {
        guard override.isYAML else {
            return SettingsNode(place: place, content: .scalar(override.text, isPlain: true))
        }
        do {
            let source = try SourceText(file: override.option, bytes: Array(override.text.utf8))
            return YAMLParser.parse(source, problems: problems)?.moved(to: place)
        } catch {
            problems.report(error)
            return nil
        }
    }

    private func moved(to place: Place) -> SettingsNode {
        switch content {
        case .scalar, .refused: SettingsNode(place: place, content: content)
        case .list(let nodes): SettingsNode(place: place, content: .list(nodes.map { $0.moved(to: place) }))
        case .mapping(let members):
            SettingsNode(
                place: place,
                content: .mapping(
                    members.map { Member(key: $0.key, keyPlace: place, value: $0.value.moved(to: place)) }))
        }
    }

    /// - Returns: why it cannot be done; nil when it is done.
    private mutating func replace(
        _ path: ArraySlice<String>, of parent: String, with value: SettingsNode, at place: Place
    ) -> String? {
        guard !path.isEmpty else {
            self = value
            return nil
        }
        switch content {
        case .mapping(var members):
            // A key may have dots in it: the longest that is there wins.
            let match = path.indices.reversed().lazy.compactMap { end in
                let key = path[...end].joined(separator: ".")
                return members.lastIndex { $0.key == key }.map { (index: $0, end: end) }
            }.first
            let key = match.map { members[$0.index].key } ?? path.first!
            let rest = match.map { path[($0.end + 1)...] } ?? path.dropFirst()
            let child = parent.isEmpty ? key : "\(parent).\(key)"
            if match == nil {
                members.append(
                    Member(key: key, keyPlace: place, value: SettingsNode(place: place, content: .mapping([]))))
            }
            let message = members[match?.index ?? members.count - 1].value.replace(
                rest, of: child, with: value, at: place)
            content = .mapping(members)
            return message
        case .list(var nodes):
            guard let index = Int(path.first!), nodes.indices.contains(index) else {
                return "\(parent) is a list of \(nodes.count); \(path.first!.quoted) is not a position in it, from 0 on"
            }
            let message = nodes[index].replace(path.dropFirst(), of: "\(parent)[\(index)]", with: value, at: place)
            content = .list(nodes)
            return message
        case .scalar:
            guard isEmpty else { return "\(parent) is a single value, without a key \(path.first!.quoted)" }
            content = .mapping([])
            return replace(path, of: parent, with: value, at: place)
        case .refused: return nil
        }
    }
}
