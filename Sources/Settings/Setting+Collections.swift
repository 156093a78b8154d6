extension Setting {
    /// The values of a list; nil when it is no list.
    ///
    /// - Parameter expectation: what the list is of, such as `a list of metrics`.
    package func list(_ expectation: String) -> [Setting]? {
        guard case .list(let nodes) = node.content else {
            report("is \(node.isEmpty ? "empty" : node.kind); expected \(expectation)")
            return nil
        }
        return nodes.enumerated().map { index, node in
            Setting(path: "\(path)[\(index)]", node: node, problems: problems)
        }
    }

    /// A mapping whose keys are known; a key that is not, and one that stands twice, is reported.
    package func fields(_ keys: [String]) -> Fields? {
        guard let entries = entries("a mapping with \(keys.count == 1 ? "the key" : "keys such as") \(keys[0])") else {
            return nil
        }
        for entry in entries where !keys.contains(entry.key) {
            entry.report("key \(entry.key.quoted) is not known", suggestion: nearest(to: entry.key, among: keys))
        }
        return Fields(setting: self, keys: keys, entries: entries.filter { keys.contains($0.key) })
    }

    /// A mapping whose keys are names that the author chose, in the order of the file; a key that stands twice is
    /// reported, and its later values are left out.
    package func entries(_ expectation: String) -> [Entry]? {
        guard case .mapping(let members) = node.content else {
            report("is \(node.isEmpty ? "empty" : node.kind); expected \(expectation)")
            return nil
        }
        var places: [String: SettingsNode.Place] = [:]
        var entries: [Entry] = []
        for member in members {
            let setting = Setting(
                path: path.isEmpty ? member.key.escapedForPath : "\(path).\(member.key.escapedForPath)",
                node: member.value,
                problems: problems)
            let entry = Entry(key: member.key, parent: path, place: member.keyPlace, value: setting)
            if let first = places[member.key] {
                entry.report("key \(member.key.quoted) stands twice; first on line \(first.line)")
            } else {
                places[member.key] = member.keyPlace
                entries.append(entry)
            }
        }
        return entries
    }
}

/// A key of a mapping and its value.
package struct Entry {
    package let key: String
    /// The mapping's path.
    package let parent: String
    let place: SettingsNode.Place
    package let value: Setting

    /// Reports an error of the key.
    package func report(_ message: String, suggestion: String? = nil) {
        let text = parent.isEmpty ? message : "\(parent): \(message)"
        value.problems.report(place.diagnostic(text, suggestion: suggestion))
    }

    /// The key as a name; nil when it is none, which is then reported.
    package func name() -> SettingName? {
        guard let name = SettingName(key) else {
            report("key \(key.quoted) is not \(SettingName.expectation)")
            return nil
        }
        return name
    }
}

/// A mapping whose keys are known.
package struct Fields {
    /// The mapping itself.
    package let setting: Setting
    private let keys: [String]
    private let entries: [Entry]

    init(setting: Setting, keys: [String], entries: [Entry]) {
        self.setting = setting
        self.keys = keys
        self.entries = entries
    }

    /// The value of a key; nil when it is not there.
    package subscript(key: String) -> Setting? {
        precondition(keys.contains(key), "the key '\(key)' was not announced to fields(_:)")
        return entries.first { $0.key == key }?.value
    }

    /// The value of a key that must be there; its absence is reported at the mapping.
    package func required(_ key: String) -> Setting? {
        if let value = self[key] { return value }
        setting.report(setting.path.isEmpty ? "the key '\(key)' is missing" : "lacks the key '\(key)'")
        return nil
    }

    package func entry(_ key: String) -> Entry? {
        precondition(keys.contains(key), "the key '\(key)' was not announced to fields(_:)")
        return entries.first { $0.key == key }
    }
}

extension String {
    /// A key within a path in a message.
    fileprivate var escapedForPath: String {
        SettingName(self) == nil ? quoted : self
    }
}
