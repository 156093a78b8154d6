import Foundation
import Reports
import Testing

/// Faulty flash in whole shelves, and what `line-card flash` shows of it.
@Suite struct FlashFileTests {
    private static let scenario = """
        name: worn
        images: {a: {size: 512KiB, version: 2.0.0}}
        kinds: {k: {image: a, flash: {profile: spi-nor, scale: 0, size: 1MiB, age: 50000, FAULTS}}}
        groups: {g: {kind: k, slots: 1-2}}
        """

    private func run(_ faults: String, clock: String, in folder: TestFolder, _ options: [String] = []) throws
        -> ProgramRun
    {
        let file = try folder.write(Self.scenario.replacing("FAULTS", with: faults), to: "worn.yaml")
        return try ProgramRun(
            "simulator",
            ["run", file, "--runs", "\(folder.path)/runs", "--progress", "quiet", "--clock", clock] + options)
    }

    private struct Shown: Decodable {
        struct BadBlock: Decodable, Equatable {
            let block: Int
            let spare: Int?
        }

        struct Cycles: Decodable {
            let least: Int
        }

        let profile: String
        let age: Int
        let cycles: Cycles
        let badBlocks: [BadBlock]

        enum CodingKeys: String, CodingKey {
            case profile, age, cycles
            case badBlocks = "bad_blocks"
        }
    }

    /// What a scenario says is wrong arrives at the card's process, is written down in its file, and is shown from there.
    @Test func aCardsFlashFileShowsWhatTheScenarioSaid() throws {
        let folder = try TestFolder()
        // A new card downloads into instance 1, which begins with block 20.
        let run = try run("bad_blocks: [{block: 20, fault: erase-error}]", clock: "real", in: folder, ["--keep-flash"])
        #expect(run.exit == 0, "\(run.output) \(run.errors)")
        for slot in 1...2 {
            let path = "\(folder.path)/runs/worn/flash/slot-\(slot).flash"
            let json = try ProgramRun("line-card", ["flash", path, "--json"])
            let shown = try JSONDecoder().decode(Shown.self, from: Data(json.output.utf8))
            #expect(shown.profile == "spi-nor" && shown.age == 50000 && shown.cycles.least == 50000)
            #expect(shown.badBlocks.map(\.block) == [20] && shown.badBlocks[0].spare != nil)
            let table = try ProgramRun("line-card", ["flash", path])
            #expect(table.output.contains("instance 1    version 2.0.0, valid"))
            #expect(table.output.contains("bad blocks    1: 20 (now in "))
            #expect(table.exit == 0 && table.errors == "")
        }
    }

    @Test(arguments: ["real", "virtual"]) func aFaultThatNoCardSurvivesNamesItsSlot(clock: String) throws {
        let run = try run("write_protect: true", clock: clock, in: TestFolder())
        #expect(run.exit != 0)
        #expect(run.errors.contains("cannot start: the flash is write-protected"), "\(run.errors)")
        #expect(run.errors.contains("the card in slot "))
    }

    @Test(arguments: ["real", "virtual"]) func aBlockThatTheFlashLacksIsRefusedBeforeAnythingStarts(clock: String)
        throws
    {
        let run = try run("bad_blocks: [{block: 4096, fault: erase-error}]", clock: clock, in: TestFolder())
        #expect(run.exit != 0)
        #expect(run.errors.contains("slot 1: card setting flash.bad_blocks.block is 4096; it must be from 0 to "))
    }

    @Test func whatIsNoFlashFileIsOneSentence() throws {
        let folder = try TestFolder()
        let alien = try folder.write(String(repeating: "no flash\n", count: 100), to: "alien")
        let short = try folder.write("FLASHIMG", to: "short")
        for (path, sentence) in [
            ("\(folder.path)/missing", "flash file \(folder.path)/missing: open: No such file or directory"),
            (folder.path, "flash file \(folder.path): read of the header: Is a directory"),
            (alien, "\(alien) cannot be shown: its magic is another: this is no flash file, and FLASHIMG was expected"),
            (short, "\(short) cannot be shown: its header is 8 bytes long, and 89 bytes was expected"),
        ] {
            let run = try ProgramRun("line-card", ["flash", path])
            #expect(run.exit == 74 && run.output == "")
            #expect(run.errors == "line-card: \(sentence)\n")
        }
        let usage = try ProgramRun("line-card", ["flash"])
        #expect(usage.exit == 64 && usage.errors.contains("flash: FILE is missing"))
    }
}
