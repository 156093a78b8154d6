/// What a run's report tells beside its figures: what was physically given, what the cards' flash looks like, and on what it ran.
package struct RunFacts: Codable, Equatable, Sendable {
    /// By group.
    package var limits: [GroupLimits]
    /// By slot.
    package var cards: [CardFacts]
    /// The machine, the programs, the scenario's file, each with its name; in order.
    package var environment: [Fact]

    package init(limits: [GroupLimits] = [], cards: [CardFacts] = [], environment: [Fact] = []) {
        self.limits = limits
        self.cards = cards
        self.environment = environment
    }

    package struct Fact: Codable, Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// The parts of a group's lower bound, each by itself.
package struct GroupLimits: Codable, Equatable, Sendable {
    package var group: String
    /// Until a first section can be written.
    package var firstSectionSeconds: Double
    /// The image over the server's link; 0 where that has no limit.
    package var serverSeconds: Double
    /// The image over the slowest card's link.
    package var linkSeconds: Double
    /// Erasing, programming and reading back on the slowest card.
    package var flashSeconds: Double

    package init(
        group: String, firstSectionSeconds: Double, serverSeconds: Double, linkSeconds: Double, flashSeconds: Double
    ) {
        self.group = group
        self.firstSectionSeconds = firstSectionSeconds
        self.serverSeconds = serverSeconds
        self.linkSeconds = linkSeconds
        self.flashSeconds = flashSeconds
    }

    enum CodingKeys: String, CodingKey {
        case group
        case firstSectionSeconds = "first_section_s"
        case serverSeconds = "server_s"
        case linkSeconds = "link_s"
        case flashSeconds = "flash_s"
    }
}

/// What is physically given of one card, and what its flash looks like after the run.
package struct CardFacts: Codable, Equatable, Sendable {
    package var slot: Int
    /// Its flash part: `spi-nor`.
    package var flash: String
    /// What the image costs at least, in its flash …
    package var eraseSeconds: Double
    package var programSeconds: Double
    package var readSeconds: Double
    /// … and on its link; 0 where that has no limit.
    package var linkSeconds: Double
    /// Erase cycles, the most of each of a number of equal parts of the flash; empty when it could not be read.
    package var wear: [Int]
    /// What the part is made for; nil: it has no limit.
    package var enduranceCycles: Int?

    package init(
        slot: Int, flash: String, eraseSeconds: Double, programSeconds: Double, readSeconds: Double,
        linkSeconds: Double, wear: [Int] = [], enduranceCycles: Int? = nil
    ) {
        self.slot = slot
        self.flash = flash
        self.eraseSeconds = eraseSeconds
        self.programSeconds = programSeconds
        self.readSeconds = readSeconds
        self.linkSeconds = linkSeconds
        self.wear = wear
        self.enduranceCycles = enduranceCycles
    }

    package var flashSeconds: Double { eraseSeconds + programSeconds + readSeconds }

    enum CodingKeys: String, CodingKey {
        case slot, flash
        case eraseSeconds = "erase_s"
        case programSeconds = "program_s"
        case readSeconds = "read_s"
        case linkSeconds = "link_s"
        case wear
        case enduranceCycles = "endurance_cycles"
    }
}
