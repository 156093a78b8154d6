package import Settings

/// Reads scenario files (`docs/scenarios.md`).
package struct ScenarioReader {
    static let keys = [
        "name", "seed", "timeout", "server", "link_security", "images", "ce", "defaults", "kinds", "groups", "expect",
        "then",
    ]

    let document: SettingsDocument
    /// What relative paths in the file start from, with a slash at its end; empty for the working folder.
    let folder: String

    /// - Throws: why the file cannot be read, and everything that is wrong in it.
    package static func read(
        contentsOf path: String, overrides: [SettingsOverride] = []
    ) throws(SettingsError) -> Scenario {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return try read(SourceText(contentsOf: path), folder: folder, overrides: overrides)
    }

    /// - Parameter folder: the scenario's folder with a slash at its end, or empty for the working folder.
    package static func read(
        _ source: SourceText, folder: String = "", overrides: [SettingsOverride] = []
    ) throws(SettingsError) -> Scenario {
        let document = try SettingsDocument(source, overrides: overrides)
        let reader = ScenarioReader(document: document, folder: folder)
        let scenario = reader.read(intent: intent(of: source))
        try document.check()
        guard let scenario else { preconditionFailure("a scenario that was not read has a diagnostic") }
        return scenario
    }

    private func read(intent: String) -> Scenario? {
        guard let fields = document.root.fields(Self.keys) else { return nil }
        let name = fields.required("name")?.name()
        let seed = fields["seed"].map { $0.integer(in: 0...UInt64.max) } ?? ScenarioLimits.defaultSeed
        let timeout =
            fields["timeout"].map { $0.duration(in: ScenarioLimits.timeoutRange) } ?? ScenarioLimits.defaultTimeout
        let server = server(fields["server"])
        let linkSecurity = fields["link_security"].map { $0.choice(ScenarioLinkSecurity.self) } ?? .tls
        let images = fields.required("images").flatMap(images)
        let pool =
            fields["ce"].map { $0.fields(Fields.poolKeys)?.pool() } ?? (try? PoolSettings(PoolSettings.Request()))
        let shelf = shelf(fields, images: images)
        let expectation = expectation(fields["expect"])
        let steps = fields["then"].map { self.steps($0, images: images, groups: shelf?.groups) } ?? []
        guard let name, let seed, let timeout, let server, let linkSecurity, let images, let pool, let shelf,
            let expectation, let steps
        else {
            return nil
        }
        let used = Set(shelf.groups.map(\.image.name) + steps.map(\.image.name))
        if case .running(let url) = server.source, !url.isFolder, used.count > 1 {
            fields["server"]?.report(
                "names one file by its url, and there are several images: name their folder, with a slash at its end")
        }
        return Scenario(
            intent: intent, name: name.description, seed: seed, timeout: timeout, server: server,
            linkSecurity: linkSecurity, images: images, pool: pool,
            groups: shelf.groups, cards: shelf.cards, expectation: expectation, steps: steps)
    }

    /// The opening comment of a scenario file, on one line: what it shows. Needs no valid scenario.
    package static func intent(of source: SourceText) -> String {
        var words: [Substring] = []
        for line in source.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            guard line.first == "#" else { break }
            let text = line.drop { $0 == "#" }
            // For an editor: where the schema is.
            guard !text.drop(while: { $0 == " " }).hasPrefix("yaml-language-server:") else { continue }
            words += text.split(whereSeparator: \.isWhitespace)
        }
        return words.joined(separator: " ")
    }

    // MARK: The server

    private func server(_ setting: Setting?) -> ScenarioServer? {
        guard let setting else { return ScenarioServer(source: .embedded(.ftp), port: nil, link: .clear, account: nil) }
        guard let fields = setting.fields(["protocol", "program", "url", "port", "link", "user", "password"]) else {
            return nil
        }
        let kinds = ["protocol", "program", "url"].compactMap { fields.entry($0) }
        for other in kinds.dropFirst() {
            other.report(
                "\(kinds[0].key.quoted) and \(other.key.quoted) exclude each other: an embedded server has a protocol, one that is "
                    + "started a program, one that runs a URL")
        }
        let source: ScenarioServer.Source? =
            if let program = fields["program"] {
                program.choice().map { .program($0) }
            } else if let url = fields["url"] {
                url.serverURL().map { .running($0) }
            } else if let name = fields["protocol"] {
                name.choice().map { .embedded($0) }
            } else {
                .embedded(.ftp)
            }
        let link: ScenarioLink? =
            fields["link"].map { self.link($0, hasLatency: kinds.first.map { $0.key == "protocol" } ?? true) } ?? .clear
        let account = account(fields)
        let port = fields["port"]?.integer(in: 1...UInt16.max)
        if fields["url"] != nil {
            fields.entry("port")?.report("belongs to a server that the simulator starts; put the port into the URL")
        }
        guard let source, let link else { return nil }
        return ScenarioServer(source: source, port: port, link: link, account: account)
    }

    private func link(_ setting: Setting, hasLatency: Bool) -> ScenarioLink? {
        guard let fields = setting.fields(["rate", "latency"]) else { return nil }
        let rate = fields["rate"]?.dataRate(in: ScenarioLimits.rateRange)
        let latency = fields["latency"].map { $0.duration(in: ScenarioLimits.latencyRange) } ?? .zero
        if !hasLatency { fields["latency"]?.report("cannot be made: only the embedded server's link has a latency") }
        guard let latency else { return nil }
        return ScenarioLink(rate: rate, latency: latency)
    }

    private func account(_ fields: Fields) -> ScenarioServer.Account? {
        let user = fields["user"].map { $0.text("a user's name") }
        let password = fields["password"].map { $0.text("a password") }
        if fields["program"] != nil {
            for key in ["user", "password"] {
                fields.entry(key)?.report(
                    "a program that the simulator starts serves anonymously; remove \(key.quoted)")
            }
        } else if (user == nil) != (password == nil) {
            let (present, absent) = user == nil ? ("password", "user") : ("user", "password")
            fields.entry(present)?.report("\(present.quoted) is there without \(absent.quoted)")
        }
        guard let user = user ?? nil, let password = password ?? nil else { return nil }
        return ScenarioServer.Account(user: user, password: password)
    }

    // MARK: The images

    private func images(_ setting: Setting) -> [ScenarioImage]? {
        guard let entries = setting.entries("a mapping of an image's name to what it is") else { return nil }
        if entries.isEmpty { setting.report("is empty; expected at least one image") }
        // A name of an image that has errors of its own is still a name: no other error follows from it.
        return entries.compactMap { entry in
            guard let name = entry.name() else { return nil }
            return image(entry.value, name: name.description)
                ?? ScenarioImage(name: name.description, version: "", cardType: nil, content: .lineCard)
        }
    }

    private func image(_ setting: Setting, name: String) -> ScenarioImage? {
        guard let fields = setting.fields(["size", "version", "type", "file", "signature"]) else { return nil }
        let version = fields.required("version")?.version()
        let cardType = fields["type"]?.name()
        let signature = fields["signature"].map { $0.choice(ScenarioSignature.self) } ?? .valid
        var content: ScenarioImage.Content?
        switch (fields["size"], fields["file"]) {
        case (let size?, nil):
            content = size.byteCount(in: ByteCount(1)...ImageLimits.maximumImage).map { .generated($0) }
        case (nil, let file?): content = file.text("a file's path, or line-card").map { self.content($0, of: file) }
        case (nil, nil): setting.report("has neither size nor file; give one of them")
        case (_?, let file?): file.report("and size exclude each other: an image is generated, or it is a file")
        }
        guard let version, let content, let signature else { return nil }
        return ScenarioImage(
            name: name, version: version, cardType: cardType?.description, content: content, signature: signature)
    }

    private func content(_ path: String, of setting: Setting) -> ScenarioImage.Content {
        if path == "line-card" { return .lineCard }
        if path == "broken-card" { return .brokenCard }
        return .file(path.first == "/" || setting.isFromOption ? path : folder + path)
    }

    // MARK: What is expected

    private func expectation(_ setting: Setting?) -> ScenarioExpectation? {
        guard let setting else { return ScenarioExpectation(exit: .success, metrics: [], running: nil) }
        guard let fields = setting.fields(["exit", "metrics", "running"]) else { return nil }
        let exit = fields["exit"].map { $0.choice(ScenarioExpectation.Exit.self) } ?? .success
        let metrics = fields["metrics"].map { $0.list("a list of metrics, such as [\"efficiency >= 0.97\"]") } ?? []
        let running = fields["running"].map { $0.version() }
        guard let exit, let metrics else { return nil }
        return ScenarioExpectation(exit: exit, metrics: metrics.compactMap(metric), running: running ?? nil)
    }

    private func metric(_ setting: Setting) -> MetricExpectation? {
        guard let text = setting.text("a metric and its bound, such as efficiency >= 0.97") else { return nil }
        do throws(MetricExpectation.Refusal) {
            return try MetricExpectation(parsing: text)
        } catch {
            setting.report(error.message, suggestion: error.suggestion)
            return nil
        }
    }
}
