import Settings

/// A reader of a file with a value of each type: what the tests of `Setting` read.
struct ReaderSample: Equatable {
    enum Colour: String, CaseIterable { case red, green, blue }

    var count: Int?
    var ratio: Double?
    var share: Double?
    var isOn: Bool?
    var size: ByteCount?
    var rate: DataRate?
    var wait: Duration?
    var colour: Colour?
    var title: String?
    var name: SettingName?
    var numbers: [Int] = []
    var names: [String] = []
    var pool: PoolSettings?

    static let keys = [
        "count", "ratio", "share", "flag", "size", "rate", "wait", "colour", "title", "name", "numbers", "map", "pool",
    ]

    static func read(_ text: String, overrides: [String] = []) throws(SettingsError) -> ReaderSample {
        try read(Array(text.utf8), overrides: overrides)
    }

    static func read(_ bytes: [UInt8], overrides: [String] = []) throws(SettingsError) -> ReaderSample {
        var parsed: [SettingsOverride] = []
        for text in overrides { parsed.append(try SettingsOverride(parsing: text)) }
        let document = try SettingsDocument(SourceText(file: "f.yaml", bytes: bytes), overrides: parsed)
        var sample = ReaderSample()
        if let fields = document.root.fields(keys) {
            sample.count = fields.required("count")?.integer(in: 0...100)
            sample.ratio = fields["ratio"]?.number(in: 0...1)
            sample.share = fields["share"]?.share(in: 0...0.5)
            sample.isOn = fields["flag"]?.flag()
            sample.size = fields["size"]?.byteCount(in: .kibibytes(1) ... .mebibytes(1))
            sample.rate = fields["rate"]?.dataRate(in: DataRate(bitsPerSecond: 1)...DataRate(bitsPerSecond: 1_000_000))
            sample.wait = fields["wait"]?.duration(in: .zero ... .seconds(60))
            sample.colour = fields["colour"]?.choice()
            sample.title = fields["title"]?.text("a title")
            sample.name = fields["name"]?.name()
            sample.numbers = fields["numbers"]?.list("a list of numbers")?.compactMap { $0.integer(in: 0...9) } ?? []
            for entry in fields["map"]?.entries("a mapping of names to colours") ?? [] {
                guard let name = entry.name(), entry.value.choice(Colour.self) != nil else { continue }
                sample.names.append(name.description)
            }
            sample.pool = fields["pool"]?.fields(Fields.poolKeys)?.pool()
        }
        try document.check()
        return sample
    }

    /// What is wrong with a file, a line each; empty when nothing is.
    static func errors(_ bytes: [UInt8], overrides: [String] = []) -> String {
        do throws(SettingsError) {
            _ = try read(bytes, overrides: overrides)
            return ""
        } catch {
            return error.description
        }
    }

    static func errors(_ text: String, overrides: [String] = []) -> String {
        errors(Array(text.utf8), overrides: overrides)
    }
}
