package import CardSoftware
package import FlashModel

/// What a card's flash is like, from outside: all that a report of it says.
package struct FlashSurvey: Sendable {
    package let profile: FlashProfile
    package let layout: FlashLayout
    /// Erase cycles that every block had before the card's first day.
    package let initialCycles: Int
    /// The newest valid boot record, and how many copies are whole.
    package let record: (newest: BootRecord, copies: Int)?
    /// Why there is no boot record; empty when there is one.
    package let recordProblem: String
    /// By number.
    package let blocks: [FlashSurveyBlock]

    /// - Parameter model: a copy of a card's, or one that inspects its file.
    /// - Throws: when the flash is too small for any card, or cannot be read.
    package init(_ model: FlashModel) throws(CardError) {
        profile = model.profile
        layout = try FlashLayout(model.geometry)
        initialCycles = model.faults.initialCycles
        let wear: [Int]
        do { wear = try Self.wear(of: model) } catch { throw .flash(.refused(error)) }
        do throws(CardError) {
            let inspection = try FlashInspection(model)
            do { record = (inspection.record, try inspection.recordCount()) } catch { throw .flash(.refused(error)) }
            recordProblem = ""
        } catch {
            if case .flash = error { throw error }
            record = nil
            recordProblem = wear.contains { $0 > 0 } ? error.description : "no card has used this flash yet"
        }
        let table = record?.newest.badBlocks
        let replaced = table.map { Array(zip($0.replaced, $0.sparesInUse)) } ?? []
        var blocks: [FlashSurveyBlock] = []
        for (number, erases) in wear.enumerated() {
            blocks.append(
                FlashSurveyBlock(
                    number: number, use: Self.use(of: number, layout), erases: erases,
                    isBad: table?.isBad(number) ?? false, spare: replaced.first { $0.0 == number }?.1,
                    standsFor: replaced.first { $0.1 == number }?.0))
        }
        self.blocks = blocks
    }

    private static func wear(of model: FlashModel) throws(FlashError) -> [Int] {
        var wear: [Int] = []
        for block in 0..<model.geometry.blockCount { wear.append(Int(try model.wear(ofBlock: block))) }
        return wear
    }

    private static func use(of block: Int, _ layout: FlashLayout) -> FlashSurveyBlock.Use {
        if block < FlashLayout.metadataBlocks { return .metadata }
        if let instance = (0...1).first(where: { layout.blocks(ofInstance: $0).contains(block) }) {
            return .instance(instance)
        }
        return layout.spares.contains(block) ? .spare : .unused
    }

    /// The erase cycles that a block has behind it, those before the card's first day included.
    package func cycles(of block: FlashSurveyBlock) -> Int { initialCycles + block.erases }
}

/// An erase block of a flash.
package struct FlashSurveyBlock: Equatable, Sendable {
    package enum Use: Equatable, Sendable {
        case metadata
        case instance(Int)
        case spare
        /// What the layout leaves over.
        case unused
    }

    package let number: Int
    package let use: Use
    /// How often this card has erased it.
    package let erases: Int
    package let isBad: Bool
    /// The spare that stands in its place.
    package let spare: Int?
    /// The block in whose place it stands, if it is a spare.
    package let standsFor: Int?
}
