import Scenarios
import Settings

enum ScenarioSample {
    static let text = """
        # Twenty cards
        # get one image.

        name: sample
        server: {link: {rate: 100Mbit, latency: 2ms}}
        images: {adsl-2.0: {size: 16MiB, version: 2.0.0}, other: {file: a/b.img, version: 1}}
        ce: {memory: 1MiB, block: 64KiB}
        defaults: {image: other, window: 256KiB, link: {latency: 1ms}}
        kinds: {adsl: {image: adsl-2.0, flash: {profile: spi-nor, scale: 0.1}, link: {rate: 1Gbit}}}
        groups: {adsl: {kind: adsl, slots: 1-3, cards: {2: {window: 64KiB}}}}
        expect: {metrics: ["efficiency >= 0.97"]}
        """

    static func read(_ text: String, overrides: [String] = []) throws(SettingsError) -> Scenario {
        var parsed: [SettingsOverride] = []
        for text in overrides { parsed.append(try SettingsOverride(parsing: text)) }
        let source = try SourceText(file: "s.yaml", bytes: Array(text.utf8))
        return try ScenarioReader.read(source, folder: "folder/", overrides: parsed)
    }

    /// What is wrong with a scenario, a line each; empty when nothing is.
    static func errors(_ text: String, overrides: [String] = []) -> String {
        do throws(SettingsError) {
            _ = try read(text, overrides: overrides)
            return ""
        } catch {
            return error.description
        }
    }
}
