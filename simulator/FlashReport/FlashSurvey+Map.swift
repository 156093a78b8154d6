import FlashModel

/// The erase blocks as a picture: a character for each, or for a group of them.
extension FlashSurvey {
    /// In a line.
    private static let columns = 64
    /// More would not be looked at.
    private static let mostLines = 32

    static let legend = [
        "0-9  tenths of the promised cycles that are used up     +  more than was promised",
        "m  metadata   s  free spare   -  unused   R  bad, a spare stands in its place   X  bad",
    ]

    /// The worst of a group stands for it: from the best to the worst.
    private static let ranking = Array("-sm0123456789+RX")

    package var mapLines: [String] {
        let groupBlocks = groupBlocks
        var lines = [
            groupBlocks == 1
                ? "a character is an erase block" : "a character is \(groupBlocks) erase blocks, the worst of them"
        ]
        let characters = stride(from: 0, to: blocks.count, by: groupBlocks).map { start in
            blocks[start..<min(start + groupBlocks, blocks.count)].map(character).max { Self.rank($0) < Self.rank($1) }!
        }
        let width = String(blocks.count).count
        for start in stride(from: 0, to: characters.count, by: Self.columns) {
            let label = String(start * groupBlocks)
            let text = String(characters[start..<min(start + Self.columns, characters.count)])
            lines.append("  \(String(repeating: " ", count: width - label.count))\(label)  \(text)")
        }
        return lines + Self.legend
    }

    /// The least power of two that makes the picture fit.
    private var groupBlocks: Int {
        var group = 1
        while blocks.count > group * Self.columns * Self.mostLines { group *= 2 }
        return group
    }

    private static func rank(_ character: Character) -> Int { ranking.firstIndex(of: character) ?? 0 }

    private func character(_ block: FlashSurveyBlock) -> Character {
        if block.isBad { return block.spare == nil ? "X" : "R" }
        switch block.use {
        case .metadata: return "m"
        case .unused: return "-"
        case .spare where block.standsFor == nil: return "s"
        case .spare, .instance:
            guard let endurance = profile.enduranceCycles else { return "0" }
            let tenths = cycles(of: block) * 10 / endurance
            return tenths < 10 ? Character("\(tenths)") : "+"
        }
    }
}
