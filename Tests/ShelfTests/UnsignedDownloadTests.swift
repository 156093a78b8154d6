import Foundation
import Reports
import Testing

/// `ce download` itself takes nothing that nobody has signed, and nothing whose time is over: before it asks a card.
@Suite struct UnsignedDownloadTests {
    private static let digest = String(repeating: "0", count: 64)

    private func download(_ manifest: String, _ options: [String] = [], plan: String = "") throws -> ProgramRun {
        let folder = try TestFolder()
        let plan = try folder.write(
            """
            \(plan)
            link_security: clear
            groups:
              g:
                image: {url: "ftp://127.0.0.1:1/a.img", manifest: {\(manifest)}}
                cards: {1: 127.0.0.1:1}
            """, to: "plan.yaml")
        return try ProgramRun("ce", ["download", plan, "--progress", "quiet"] + options)
    }

    private static let unsigned = "type: a, version: 1, size: 1, sha256: \(digest)"

    @Test func anUnsignedManifestIsRefused() throws {
        let run = try download(Self.unsigned)
        #expect(run.exit == ProgramExit.badInput.rawValue)
        #expect(run.errors.contains("groups.g.image.manifest: has no signature: have it signed"), "\(run.errors)")
        #expect(run.output.isEmpty)
    }

    @Test(arguments: [("", ["--insecure-unsigned"]), ("insecure_unsigned: true", [])])
    func itIsTakenWhereSomebodySaysSo(plan: String, options: [String]) throws {
        let run = try download(Self.unsigned, options, plan: plan)
        #expect(run.exit == ProgramExit.failed.rawValue, "\(run.errors)")
        #expect(run.output.contains("INSECURE    group g: nobody has signed its image's manifest"), "\(run.output)")
    }

    /// That it is signed does not help; that unsigned ones are taken neither.
    @Test(arguments: [[], ["--insecure-unsigned"]]) func anExpiredManifestIsRefused(options: [String]) throws {
        let signature = "{key: \"0123456789abcdef\", ed25519: \"\(String(repeating: "A", count: 86))==\"}"
        let run = try download("\(Self.unsigned), expires: 2020-01-01, signatures: [\(signature)]", options)
        #expect(run.exit == ProgramExit.badInput.rawValue)
        #expect(run.errors.contains("expired at 2020-01-01T00:00:00Z, and it is 2"), "\(run.errors)")
    }
}
