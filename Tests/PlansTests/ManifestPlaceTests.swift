import Plans
import Settings
import Testing

/// Where a plan's manifest comes from: beside the image, or where the plan says.
@Suite struct ManifestPlaceTests {
    private static let text = ManifestWriter.text(of: PlanSample.manifest)

    /// A plan whose image is `image`, read with a server that has `files`.
    ///
    /// - Returns: the plan, or what is wrong with it; and what was asked for.
    private func read(
        _ image: String, files: [String: String] = [:], folder: String = "", options: PlanOptions? = nil
    ) -> (plan: DownloadPlan?, errors: String, asked: [ManifestPlace]) {
        var asked: [ManifestPlace] = []
        let fetch: ManifestFetch = { (place) throws(FileError) in
            asked.append(place)
            guard let text = files[place.url.description] else { throw FileError("nobody answers") }
            return Array(text.utf8)
        }
        do throws(SettingsError) {
            if let options { return (try PlanReader.read(contentsOf: nil, options: options, fetch: fetch), "", asked) }
            let source = try PlanSample.source("groups:\n  g:\n    image: \(image)\n    cards: {1: 127.0.0.1:1}\n")
            return (try PlanReader.read(source, folder: folder, fetch: fetch), "", asked)
        } catch {
            return (nil, error.description, asked)
        }
    }

    @Test(arguments: ["https://h/a.img", "{url: \"https://h/a.img\"}"]) func theManifestLiesBesideTheImage(
        image: String
    ) throws {
        let result = read(image, files: ["https://h/a.img.manifest.yaml": Self.text])
        #expect(result.errors == "")
        #expect(result.plan?.groups[0].image.manifest == PlanSample.manifest)
        #expect(result.plan?.groups[0].image.url.description == "https://h/a.img")
        #expect(result.plan?.groups[0].image.manifestURL?.description == "https://h/a.img.manifest.yaml")
    }

    @Test func aManifestMayLieElsewhereAndIsAskedForAsTheImageIs() throws {
        let result = read(
            "{url: \"ftps://h/a.img\", manifest: \"ftps://h/m.yaml\", user: u, password_file: p, ca: c.pem}",
            files: ["ftps://h/m.yaml": Self.text], folder: "/plans/")
        #expect(result.errors == "")
        #expect(
            result.asked == [
                ManifestPlace(
                    url: try ServerURL("ftps://h/m.yaml"), user: "u", passwordFile: "/plans/p",
                    authorityFile: "/plans/c.pem")
            ])
        #expect(result.plan?.groups[0].image.authorityFile == "/plans/c.pem")
    }

    @Test func aPlanWithAManifestOfItsOwnAsksNobody() {
        let result = read("{url: \"ftp://h/a.img\", manifest: \(PlanSample.inlineManifest)}")
        #expect(result.errors == "")
        #expect(result.asked.isEmpty)
    }

    @Test func aFilesManifestIsReadFromItsFolder() {
        let folder = TemporaryFolder()
        folder.write(Self.text, to: "a b.img.manifest.yaml")
        let result = read("file://\(folder.path)a%20b.img")
        #expect(result.errors == "")
        #expect(result.plan?.groups[0].image.manifest == PlanSample.manifest)
        #expect(result.asked.isEmpty)
    }

    @Test func optionsAloneNeedNoManifestEither() {
        var options = PlanOptions()
        options.url = "https://h/a.img"
        options.linkSecurity = "clear"
        options.ca = "c.pem"
        options.cards = ["1=127.0.0.1:1"]
        let result = read("", files: ["https://h/a.img.manifest.yaml": Self.text], options: options)
        #expect(result.errors == "")
        #expect(result.plan?.groups[0].image.authorityFile == "c.pem")
    }

    @Test func whatIsWrittenReadsBack() throws {
        let plan = try #require(
            read(
                "{url: \"https://h/a.img\", manifest: \"https://h/m.yaml\", ca: /c.pem}",
                files: ["https://h/m.yaml": Self.text]
            ).plan)
        let again = try PlanReader.read(PlanSample.source(PlanWriter.text(of: plan)), folder: "") {
            (_) throws(FileError) in Array(Self.text.utf8)
        }
        #expect(again == plan)
    }

    @Test func whatIsWrongIsToldWithItsPlace() {
        #expect(
            read("ftp://h/a.img").errors == "p.yaml:3:12: groups.g.image has no manifest beside it: nobody answers")
        #expect(
            read("{url: \"ftp://h/a.img\", manifest: \"ftp://h/m\"}").errors
                == "p.yaml:3:45: groups.g.image.manifest is 'ftp://h/m', which cannot be had: nobody answers")
        #expect(
            read("ftp://h/a.img", files: ["ftp://h/a.img.manifest.yaml": "type: adsl\nsize: 0\n"]).errors
                .hasSuffix("ftp://h/a.img.manifest.yaml:2:7: size is 0B; it must be from 1B to 16GiB"))
        #expect(
            read("{url: \"ftp://h/a.img\", ca: c.pem, manifest: \(PlanSample.inlineManifest)}").errors
                == "p.yaml:3:39: groups.g.image.ca is there for a server that proves nothing; use ftpes, ftps or https in url"
        )
        #expect(
            read("file:///no/such.img").errors
                == "p.yaml:3:12: groups.g.image has no manifest beside it: cannot be opened: No such file or directory")
        #expect(
            read("ftp://h/folder/").errors
                == "p.yaml:3:12: groups.g.image names a folder; expected the image's own file")
    }

    @Test func withoutAWayToServersTheReaderSaysSo() {
        #expect(
            PlanSample.errors("groups:\n  g:\n    image: ftp://h/a.img\n    cards: {1: 127.0.0.1:1}\n")
                == "p.yaml:3:12: groups.g.image has no manifest beside it: no server is asked here; name a file, or give the manifest itself"
        )
    }
}
