/// Files that are laid over other files: the key `include`.
extension SettingsNode {
    private static let key = "include"
    /// A file that includes one that includes one: more would be read by nobody.
    private static let maximumDepth = 4

    /// This file's value, laid over those of the files that it names.
    ///
    /// - Parameter folder: what their paths start from.
    func including(from folder: String, depth: Int, problems: DiagnosticList) -> SettingsNode {
        guard case .mapping(var members) = content,
            let index = members.firstIndex(where: { $0.key == Self.key })
        else { return self }
        let named = members.remove(at: index).value
        let own = SettingsNode(place: place, content: .mapping(members))
        guard depth < Self.maximumDepth else {
            problems.report(
                named.place.diagnostic("include: files include one another more than \(Self.maximumDepth) deep"))
            return own
        }
        var base: SettingsNode?
        for path in named.paths(problems) {
            let file = path.first == "/" ? path : folder + path
            do throws(SettingsError) {
                let source = try SourceText(contentsOf: file)
                guard let node = YAMLParser.parse(source, problems: problems) else { continue }
                let inner = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
                let whole = node.including(from: inner, depth: depth + 1, problems: problems)
                base = base?.overlaid(by: whole) ?? whole
            } catch {
                problems.report(named.place.diagnostic("include: \(error.description)"))
            }
        }
        return base?.overlaid(by: own) ?? own
    }

    private func paths(_ problems: DiagnosticList) -> [String] {
        switch content {
        case .scalar(let text, _) where !isEmpty: return [text]
        case .list(let nodes):
            return nodes.compactMap { node in
                if case .scalar(let text, _) = node.content { return text }
                problems.report(node.place.diagnostic("include is \(node.kind) here; expected a file's path"))
                return nil
            }
        case .scalar, .mapping, .refused:
            problems.report(place.diagnostic("include is \(kind); expected a file's path, or a list of them"))
            return []
        }
    }

    /// Mappings are merged, key by key; anything else is replaced.
    private func overlaid(by other: SettingsNode) -> SettingsNode {
        guard case .mapping(let mine) = content, case .mapping(let theirs) = other.content else { return other }
        var members = mine
        var merged: Set<String> = []
        for member in theirs {
            // A key that stands twice stays so, and is reported as such.
            guard merged.insert(member.key).inserted,
                let index = members.firstIndex(where: { $0.key == member.key })
            else {
                members.append(member)
                continue
            }
            members[index] = Member(
                key: member.key, keyPlace: member.keyPlace, value: members[index].value.overlaid(by: member.value))
        }
        return SettingsNode(place: other.place, content: .mapping(members))
    }
}
