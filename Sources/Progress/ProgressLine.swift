/// A line of progress, and how it is to be seen where there are colours; its text says the same without.
package struct ProgressLine: Equatable, Sendable {
    package enum Tone: Equatable, Sendable {
        case plain, good, bad, faint
    }

    package var text: String
    package var tone: Tone

    package init(_ text: String, _ tone: Tone = .plain) {
        self.text = text
        self.tone = tone
    }

    /// With the colour of its tone (ECMA-48, SGR).
    package func painted(isColoured: Bool) -> String {
        guard isColoured, !text.isEmpty else { return text }
        switch tone {
        case .plain: return text
        case .good: return "\u{1B}[32m\(text)\u{1B}[0m"
        case .bad: return "\u{1B}[31m\(text)\u{1B}[0m"
        case .faint: return "\u{1B}[2m\(text)\u{1B}[0m"
        }
    }
}
