/// One parameter of a fault: what reader, schema and reference page know of it.
package struct FaultParameter: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case duration
        case bytes
        case rate
        /// From 0 to 1.
        case share
        case factor
        case count
        case choice([String])
    }

    package let name: String
    package let kind: Kind
    /// Ends the sentence "NAME: …" in the reference.
    package let meaning: String
    /// What it is where it is left out; nil: see `isRequired`.
    package let standard: FaultValue?
    package let isRequired: Bool

    private init(_ name: String, _ kind: Kind, _ meaning: String, standard: FaultValue?, isRequired: Bool) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
        self.standard = standard
        self.isRequired = isRequired
    }

    static func required(_ name: String, _ kind: Kind, _ meaning: String) -> FaultParameter {
        FaultParameter(name, kind, meaning, standard: nil, isRequired: true)
    }

    static func optional(_ name: String, _ kind: Kind, _ meaning: String, _ standard: FaultValue? = nil)
        -> FaultParameter
    {
        FaultParameter(name, kind, meaning, standard: standard, isRequired: false)
    }

    /// Which way of a link, in every link's fault.
    static let direction = optional(
        "direction", .choice(["down", "up", "both"]), "`down` towards the cards, `up` from them, or `both`",
        .choice("both"))
}
