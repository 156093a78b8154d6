/// A value of a settings file together with the path that leads to it, ready to be read as what it should be.
///
/// The reading methods report what is wrong, with the value's place, and return nil: the reader goes on and meets all
/// errors of a file in one pass. Owned by the task that reads, as the list of diagnostics is.
package struct Setting {
    /// `groups.adsl.slots`; empty for the whole document.
    package let path: String
    let node: SettingsNode
    let problems: DiagnosticList

    init(path: String, node: SettingsNode, problems: DiagnosticList) {
        self.path = path
        self.node = node
        self.problems = problems
    }

    /// Reports an error of this value; `message` continues a sentence that begins with the path.
    ///
    /// One that was refused before is not reported again.
    package func report(_ message: String, suggestion: String? = nil) {
        guard !node.isRefused else { return }
        problems.report(node.place.diagnostic(path.isEmpty ? message : "\(path) \(message)", suggestion: suggestion))
    }

    /// An option on the command line brought the value: a relative path in it starts at the working folder.
    package var isFromOption: Bool { node.place.isOption }

    package var isMapping: Bool {
        if case .mapping = node.content { true } else { false }
    }

    package var isList: Bool {
        if case .list = node.content { true } else { false }
    }

    // MARK: Single values

    /// The value's own text, whatever YAML would make of it: not empty, without control characters.
    ///
    /// - Parameter expectation: what it should be, with an example: `a version such as 2.0.0`.
    package func text(_ expectation: String = "a single value") -> String? {
        guard case .scalar(let text, _) = node.content else {
            report("is \(node.kind); expected \(expectation)")
            return nil
        }
        guard !node.isEmpty, !text.isEmpty else {
            report("has no value; expected \(expectation)")
            return nil
        }
        guard text.utf8.count <= SettingsLimits.maximumTextBytes else {
            report("has \(text.utf8.count) bytes; the most is \(SettingsLimits.maximumTextBytes)")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            report("has a control character in it: \(text.quoted)")
            return nil
        }
        return text
    }

    /// Decimal digits only: `010` is ten, and `1:30`, `0x1F` and `1_000` are no integers.
    package func integer<Value: FixedWidthInteger>(in range: ClosedRange<Value>) -> Value? {
        let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(expectation) else { return nil }
        guard text.allSatisfy(\.isDecimalDigit) else {
            report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        guard let value = Value(text), range.contains(value) else {
            report("is \(text); it must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// Decimal digits with at most one point among them: `0.1`, `2`.
    package func number(in range: ClosedRange<Double>) -> Double? {
        let expectation = "a number from \(range.lowerBound.shortText) to \(range.upperBound.shortText)"
        guard let text = text(expectation) else { return nil }
        guard let number = UnitText(text), number.unit.isEmpty, let value = Double(text) else {
            report("is \(text.quoted); expected \(expectation)")
            return nil
        }
        guard range.contains(value) else {
            report("is \(text); it must be from \(range.lowerBound.shortText) to \(range.upperBound.shortText)")
            return nil
        }
        return value
    }

    /// Exactly `true` or `false`: `yes`, `on` and `True` are neither.
    package func flag() -> Bool? {
        guard let text = text("true or false") else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            let meaning = ["yes": "true", "on": "true", "no": "false", "off": "false"][text.lowercased()]
            report(
                "is \(text.quoted); expected true or false",
                suggestion: meaning ?? nearest(to: text, among: ["true", "false"]))
            return nil
        }
    }

    package func byteCount(in range: ClosedRange<ByteCount>) -> ByteCount? {
        guard let text = text("a size such as 64KiB") else { return nil }
        return inRange(range) { () throws(UnitError) in try ByteCount(parsing: text) }
    }

    package func duration(in range: ClosedRange<Duration>) -> Duration? {
        guard let text = text("a duration such as 60s") else { return nil }
        guard let value = parsed({ () throws(UnitError) in try Duration.parsing(text) }) else { return nil }
        guard range.contains(value) else {
            report("is \(value.unitText); it must be from \(range.lowerBound.unitText) to \(range.upperBound.unitText)")
            return nil
        }
        return value
    }

    package func dataRate(in range: ClosedRange<DataRate>) -> DataRate? {
        guard let text = text("a rate such as 100Mbit") else { return nil }
        return inRange(range) { () throws(UnitError) in try DataRate(parsing: text) }
    }

    /// One of a type's cases, by its raw value.
    package func choice<Choice: CaseIterable & RawRepresentable<String>>(_: Choice.Type = Choice.self) -> Choice? {
        let names = Choice.allCases.map(\.rawValue)
        let expectation = names.count == 1 ? names[0] : "one of \(names.joined(separator: ", "))"
        guard let text = text(expectation) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            report("is \(text.quoted); expected \(expectation)", suggestion: nearest(to: text, among: names))
            return nil
        }
        return choice
    }

    /// A name that also serves as a file's or a folder's.
    package func name() -> SettingName? {
        guard let text = text("a name") else { return nil }
        guard let name = SettingName(text) else {
            report("is \(text.quoted); expected \(SettingName.expectation)")
            return nil
        }
        return name
    }

    private func inRange<Value: Comparable & CustomStringConvertible>(
        _ range: ClosedRange<Value>, _ parse: () throws(UnitError) -> Value
    ) -> Value? {
        guard let value = parsed(parse) else { return nil }
        guard range.contains(value) else {
            report("is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    private func parsed<Value>(_ parse: () throws(UnitError) -> Value) -> Value? {
        do {
            return try parse()
        } catch {
            report("is \(error.text.quoted); expected \(error.expectation)", suggestion: error.suggestion)
            return nil
        }
    }
}

extension Double {
    /// Without `.0` behind a whole number.
    package var shortText: String {
        Int64(exactly: self).map { "\($0)" } ?? "\(self)"
    }
}
