import Plans
import Reports
import Settings
import SoftwareImage
import Testing

/// A manifest with all that it may say, as people and programs write it.
@Suite struct SignedManifestTests {
    private static let digestText = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
    private static let signatureText = String(repeating: "AgIC", count: 21) + "Ag=="

    private static func read(_ text: String) throws(SettingsError) -> Manifest {
        try ManifestReader.read(SourceText(file: "m.yaml", bytes: Array(text.utf8)))
    }

    private static let statement = ManifestStatement(
        cardType: "adsl", hardwareRevisions: ["A", "B2"], version: "2.0.0", securityNumber: 7,
        created: ManifestTime("2026-11-27T21:00:00Z"), expires: ManifestTime("2027-11-27"), imageBytes: 150_000,
        digest: ImageDigest(hexadecimal: PlanSample.hash)!)
    private static let manifest = Manifest(
        statement,
        blocks: BlockDigests(
            blockBytes: 64 << 10,
            digests: Array(repeating: ImageDigest(bytes: Array(repeating: 1, count: 32)), count: 3)),
        signatures: [
            ManifestSignature(key: KeyIdentifier(0x0123_4567_89AB_CDEF), bytes: Array(repeating: 2, count: 64))
        ])
    private static let text = """
        type: adsl
        revisions: [B2, A]
        version: 2.0.0
        sequence: 7
        created: 2026-11-27T21:00:00Z
        expires: 2027-11-27
        size: 150000
        sha256: \(PlanSample.hash)
        blocks:
          size: 64KiB
          sha256:
            - \(digestText)
            - \(digestText)
            - \(digestText)
        signatures:
          - {key: "0123456789abcdef", ed25519: "\(signatureText)"}
        """

    @Test func allThatItMaySayIsRead() throws {
        #expect(try Self.read(Self.text) == Self.manifest)
    }

    @Test func whatIsWrittenReadsBack() throws {
        #expect(try Self.read(ManifestWriter.text(of: Self.manifest)) == Self.manifest)
        let plan = try PlanWriterTests.plan { $0.groups[0].image.manifest = Self.manifest }
        let read = try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "")
        #expect(read.groups[0].image.manifest == Self.manifest)
    }

    /// A file made for 1 GiB in blocks of 64 KiB still fits.
    @Test func theLongestListOfBlocksFits() throws {
        let digests = (0..<ManifestLimits.maximumBlocks).map { index in
            ImageDigest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: index >> 8 &+ index &* $0) })
        }
        let manifest = Manifest(
            ManifestStatement(
                cardType: "adsl", version: "1", imageBytes: 1 << 30, digest: ImageDigest(hexadecimal: PlanSample.hash)!),
            blocks: BlockDigests(blockBytes: 64 << 10, digests: digests))
        let text = ManifestWriter.text(of: manifest)
        #expect(text.utf8.count < SettingsLimits.maximumFileBytes)
        #expect(try Self.read(text) == manifest)
    }

    static let errors: [(old: String, new: String, expected: String)] = [
        ("[B2, A]", "[B2, B2]", "m.yaml:2:17: revisions[1] is 'B2', which stands there twice"),
        ("[B2, A]", "[]", "m.yaml:2:12: revisions has 0 revisions; from 1 to 16 can be named, or leave it out for all"),
        (
            "[B2, A]", "B2",
            "m.yaml:2:12: revisions is a single value; expected a list of hardware revisions such as [A, B2]"
        ),
        (
            "2026-11-27T21:00:00Z", "yesterday",
            "m.yaml:5:10: created is 'yesterday'; expected a time in UTC such as 2027-06-30T12:00:00Z, or a day such as 2027-06-30, from 1970 on"
        ),
        (
            "2027-11-27", "2026-11-27",
            "m.yaml:6:10: expires is 2026-11-27T00:00:00Z, and the manifest was created at 2026-11-27T21:00:00Z"
        ),
        (
            "size: 150000", "size: 150000000",
            "m.yaml:12:5: blocks.sha256 has 3 digests; 150000000 bytes have 2289 blocks of 64KiB"
        ),
        ("size: 64KiB", "size: 100kB", "m.yaml:10:9: blocks.size is 100kB; it must be a power of two"),
        ("size: 64KiB", "size: 32MiB", "m.yaml:10:9: blocks.size is 32MiB; it must be from 4KiB to 16MiB"),
        (
            "- \(digestText)\n    - \(digestText)\nsig", "- \(digestText)\n    - AQE=\nsig",
            "m.yaml:14:7: blocks.sha256[2] is 'AQE='; expected a SHA-256 in Base64, 44 characters"
        ),
        (
            "0123456789abcdef\",", "+123456789abcdef\",",
            "m.yaml:16:11: signatures[0].key is '+123456789abcdef'; expected 16 hexadecimal digits, which name a key"
        ),
        (
            "ed25519", "rsa",
            "m.yaml:16:5: signatures[0] lacks the key 'ed25519'\nm.yaml:16:31: signatures[0]: key 'rsa' is not known"
        ),
    ]

    @Test(arguments: errors) func everyErrorIsToldInItsPlace(error: (old: String, new: String, expected: String)) {
        #expect(Self.text.contains(error.old))
        let text = Self.text.replacing(error.old, with: error.new, maxReplacements: 1)
        let found = #expect(throws: SettingsError.self) { try Self.read(text) }
        #expect(found?.description == error.expected)
    }

    static let otherTexts: [String] = [
        "\(digestText.dropLast(2))F=", "\(digestText.dropLast())", "\(digestText.dropLast())A",
        "AQ=B\(digestText.dropFirst(4))", " \(digestText.dropFirst())", digestText.replacing("A", with: "-"),
    ]

    /// Base64 has many texts for the same bytes; one of them is taken.
    @Test(arguments: otherTexts) func anotherBase64IsRefused(text: String) {
        #expect(throws: SettingsError.self) {
            try Self.read(
                "{type: a, version: 1, size: 1, sha256: \(PlanSample.hash), blocks: {size: 4KiB, sha256: [\"\(text)\"]}}"
            )
        }
    }

    @Test func aKeySignsOnce() {
        let signature = "{key: \"0123456789abcdef\", ed25519: \"\(Self.signatureText)\"}"
        let error = #expect(throws: SettingsError.self) {
            try Self.read(
                "{type: a, version: 1, size: 1, sha256: \(PlanSample.hash), signatures: [\(signature), \(signature)]}")
        }
        #expect(
            error?.description.contains("signatures[1].key is 0123456789abcdef, whose signature stands there already")
                == true)
    }
}
