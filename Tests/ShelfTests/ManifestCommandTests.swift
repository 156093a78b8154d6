import Foundation
import Reports
import Testing

/// `ce manifest`: from a key to an image that is proved, and everything that must not be.
@Suite struct ManifestCommandTests {
    /// A folder with a key pair, an image of 200,000 bytes and its manifest, signed.
    private struct Bench {
        let folder: TestFolder
        var image: String { "\(folder.path)/a.img" }
        var manifest: String { "\(folder.path)/a.img.manifest.yaml" }
        var key: String { "\(folder.path)/key.pem" }

        init() throws {
            folder = try TestFolder()
            try Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 / 3) }).write(
                to: URL(filePath: "\(folder.path)/a.img"))
            #expect(try ce("key", key).exit == 0)
            let run = try ce(
                "create", image, "--type", "adsl", "--image-version", "2.0.0", "--sequence", "7", "--revision", "B",
                "--revision", "A", "--expires", "2099-12-31", "--key", key)
            #expect(run.exit == 0, "\(run.errors)")
        }

        func ce(_ arguments: String...) throws -> ProgramRun { try ProgramRun("ce", ["manifest"] + arguments) }

        func verify(_ more: String...) throws -> ProgramRun {
            try ProgramRun("ce", ["manifest", "verify", manifest, "--trusted-key", "\(key).pub"] + more)
        }

        func change(_ path: String, _ body: (inout Data) -> Void) throws {
            var data = try Data(contentsOf: URL(filePath: path))
            body(&data)
            try data.write(to: URL(filePath: path))
        }

        func replace(_ old: String, _ new: String) throws {
            let text = try String(contentsOfFile: manifest, encoding: .utf8)
            #expect(text.contains(old))
            try text.replacing(old, with: new).write(toFile: manifest, atomically: true, encoding: .utf8)
        }
    }

    @Test func aSignedManifestCountsAndItsImageIsProved() throws {
        let bench = try Bench()
        let run = try bench.verify("--image", bench.image)
        #expect(run.exit == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("a.img has the manifest's size and SHA-256"))
        #expect(run.output.contains("4 of 4 blocks are the manifest's"))
        #expect(!run.output.contains("NO "))
        let shown = try bench.ce("inspect", bench.manifest)
        for line in [
            "revisions   A, B", "sequence    7", "expires     2099-12-31T00:00:00Z", "4 digests, of 64KiB each",
        ] {
            #expect(shown.output.contains(line), "\(shown.output)")
        }
    }

    /// openssl signs and verifies the same bytes with the same files.
    @Test func anotherProgramAgrees() throws {
        let bench = try Bench()
        let bytes = "\(bench.folder.path)/statement"
        #expect(try bench.ce("inspect", bench.manifest, "--statement", bytes, "--json").exit == 0)
        let signature = "\(bench.folder.path)/signature"
        let sign = Process()
        sign.executableURL = URL(filePath: "/usr/bin/openssl")
        sign.arguments = ["pkeyutl", "-sign", "-rawin", "-inkey", bench.key, "-in", bytes, "-out", signature]
        try sign.run()
        sign.waitUntilExit()
        #expect(sign.terminationStatus == 0)
        let found = try Data(contentsOf: URL(filePath: signature)).base64EncodedString()
        #expect(try String(contentsOfFile: bench.manifest, encoding: .utf8).contains(found))
    }

    @Test(arguments: [
        ("version: \"2.0.0\"", "version: \"2.0.1\""), ("sequence: 7", "sequence: 8"), ("[\"A\", \"B\"]", "[\"A\"]"),
        ("expires: 2099", "expires: 2199"), ("type: \"adsl\"", "type: \"vdsl\""), ("size: 64KiB", "size: 64KiB # same"),
    ]) func whatIsAlteredDoesNotCount(old: String, new: String) throws {
        let bench = try Bench()
        try bench.replace(old, new)
        let run = try bench.verify()
        // A comment is not signed.
        let isSame = new.hasSuffix("# same")
        #expect(run.exit == (isSame ? 0 : ProgramExit.failed.rawValue))
        #expect(run.output.contains("altered after it was signed") == !isSame)
    }

    /// A digest of one block is signed, too.
    @Test func anAlteredBlockDigestDoesNotCount() throws {
        let bench = try Bench()
        let text = try String(contentsOfFile: bench.manifest, encoding: .utf8)
        let digest = try #require(text.firstMatch(of: #/- ([A-Za-z0-9+/]{43}=)/#)?.output.1)
        try bench.replace(String(digest), String(repeating: "A", count: 43) + "=")
        let run = try bench.verify("--image", bench.image)
        #expect(run.exit == ProgramExit.failed.rawValue)
        #expect(run.output.contains("altered after it was signed"))
        #expect(run.output.contains("3 of 4 blocks are the manifest's; the first other one begins at byte 0"))
    }

    @Test func anotherImageIsFound() throws {
        let bench = try Bench()
        try bench.change(bench.image) { $0[150_000] ^= 1 }
        let altered = try bench.verify("--image", bench.image)
        #expect(altered.exit == ProgramExit.failed.rawValue)
        #expect(altered.output.contains("3 of 4 blocks are the manifest's; the first other one begins at byte 131072"))
        try bench.change(bench.image) { $0.removeLast() }
        #expect(try bench.verify("--image", bench.image).output.contains("has 199999 bytes, its manifest says 200000"))
        try bench.change(bench.image) { $0.append(contentsOf: [0, 0]) }
        #expect(try bench.verify("--image", bench.image).output.contains("has 200001 bytes, its manifest says 200000"))
    }

    /// A second key signs beside the first; who trusts either takes it, who trusts another does not.
    @Test func keysRotate() throws {
        let bench = try Bench()
        let (new, stranger) = ("\(bench.folder.path)/new.pem", "\(bench.folder.path)/stranger.pem")
        _ = try bench.ce("key", new)
        _ = try bench.ce("key", stranger)
        #expect(try bench.ce("sign", bench.manifest, "--key", new).exit == 0)
        for (key, exit) in [(bench.key, 0), (new, 0), (stranger, 1)] as [(String, Int32)] {
            let run = try bench.ce("verify", bench.manifest, "--trusted-key", "\(key).pub")
            #expect(run.exit == exit, "\(run.output)")
        }
        let both = try bench.ce(
            "verify", bench.manifest, "--trusted-key", "\(stranger).pub", "--trusted-key", "\(new).pub")
        #expect(both.exit == 0)
    }

    @Test func anExpiredManifestDoesNotCount() throws {
        let bench = try Bench()
        let run = try bench.verify("--at", "2100-01-01")
        #expect(run.exit == ProgramExit.failed.rawValue)
        #expect(run.output.contains("NO  expired at 2099-12-31T00:00:00Z; it is 2100-01-01T00:00:00Z"))
    }

    @Test func aPrivateKeyIsForItsOwnerOnly() throws {
        let bench = try Bench()
        let mode = try FileManager.default.attributesOfItem(atPath: bench.key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // It is never overwritten.
        #expect(try bench.ce("key", bench.key).exit == ProgramExit.cannotWrite.rawValue)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: bench.key)
        let open = try bench.ce("sign", bench.manifest, "--key", bench.key)
        #expect(open.exit == ProgramExit.badInput.rawValue)
        #expect(open.errors.contains("may be read by others (mode 0640); chmod 600 it"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bench.key)
        let link = "\(bench.folder.path)/link.pem"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: bench.key)
        let linked = try bench.ce("sign", bench.manifest, "--key", link)
        #expect(linked.errors.contains("is a link; name the file itself"))
    }

    /// The options are held to the rules of the file.
    @Test(
        arguments: [
            (["--type", "a b"], 65, "--type a b: type is 'a b'"),
            (["--expires", "tomorrow"], 65, "--expires tomorrow"),
            (["--block", "100kB"], 64, "--block 100kB"),
            (["--block", "64KiB", "--no-blocks"], 64, "exclude each other"),
            (["--sequence", "-1"], 64, "sequence"), (["--revision", "A", "--revision", "A"], 65, "stands there twice"),
        ] as [([String], Int32, String)]) func aWrongOptionIsNamed(options: [String], exit: Int32, sentence: String)
        throws
    {
        let folder = try TestFolder()
        let image = try folder.write("image", to: "a.img")
        let type = options.contains("--type") ? [] : ["--type", "adsl"]
        let run = try ProgramRun("ce", ["manifest", "create", image, "--image-version", "1"] + type + options)
        #expect(run.exit == exit, "\(run.errors)")
        #expect(run.errors.contains(sentence), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(image).manifest.yaml"))
    }
}
