import Settings
import SoftwareImage

/// What a group's image is, and where its manifest comes from.
extension PlanReader {
    static let imageKeys = ["url", "manifest", "user", "password_file", "password", "ca", "patience", "attempts"]

    /// `image: URL`, or a mapping.
    func image(_ setting: Setting) -> PlannedImage? {
        guard setting.isMapping else {
            guard let url = imageURL(setting) else { return nil }
            return manifestBeside(url, setting, ManifestPlace(url: url))
        }
        guard let fields = setting.fields(Self.imageKeys) else { return nil }
        let url = fields.required("url").flatMap(imageURL)
        let user = fields["user"]?.text("a user's name")
        let passwordFile = fields["password_file"].flatMap(path)
        let authorityFile = fields["ca"].flatMap(path)
        let patience = fields["patience"].map { self.patience($0) }
        let attempts = fields["attempts"].map { $0.integer(in: PlannedImage.attemptsRange) }
        fields["password"]?.report(
            "does not belong in a plan, where others read it; use password_file, or the environment variable CE_PASSWORD"
        )
        if fields["user"] == nil { fields["password_file"]?.report("is there without user; say whose password it is") }
        guard let url else {
            // What is wrong with the manifest itself is told all the same.
            _ = fields["manifest"].flatMap { $0.isMapping ? ManifestReader.read($0) : manifestFile($0) }
            return nil
        }
        if !url.scheme.isEncrypted {
            fields["ca"]?.report("is there for a server that proves nothing; use ftpes, ftps or https in url")
        }
        let place = ManifestPlace(url: url, user: user, passwordFile: passwordFile, authorityFile: authorityFile)
        let manifest = fields["manifest"]
        var image = manifest.map { namedManifest($0, of: url, place) } ?? manifestBeside(url, fields["url"]!, place)
        if case .some(nil) = patience { return nil }
        if case .some(nil) = attempts { return nil }
        image?.patienceSeconds = patience ?? nil
        image?.attempts = attempts ?? nil
        return image
    }

    /// In whole seconds, as libcurl counts.
    private func patience(_ setting: Setting) -> Int? {
        guard let patience = setting.duration(in: PlannedImage.patienceRange) else { return nil }
        guard patience.components.attoseconds == 0 else {
            setting.report("is \(patience.unitText); it must be a whole number of seconds")
            return nil
        }
        return Int(patience.components.seconds)
    }

    private func imageURL(_ setting: Setting) -> ServerURL? {
        guard let url = setting.serverURL(ServerScheme.allCases) else { return nil }
        if url.isFolder { setting.report("names a folder; expected the image's own file") }
        return url
    }

    private func planned(_ url: ServerURL, _ manifest: Manifest?, _ place: ManifestPlace, at manifestURL: ServerURL?)
        -> PlannedImage?
    {
        guard let manifest else { return nil }
        return PlannedImage(
            url: url, manifest: manifest, user: place.user, passwordFile: place.passwordFile,
            authorityFile: place.authorityFile, manifestURL: manifestURL)
    }

    /// The plan names none: then it lies beside the image.
    private func manifestBeside(_ url: ServerURL, _ setting: Setting, _ place: ManifestPlace) -> PlannedImage? {
        guard !url.isFolder else { return nil }
        guard let manifestURL = url.appending(ManifestPlace.suffix) else {
            setting.report("is too long for a manifest beside it; name the manifest")
            return nil
        }
        var place = place
        place.url = manifestURL
        return planned(url, manifest(at: place, setting, "has no manifest beside it"), place, at: manifestURL)
    }

    /// The manifest itself, a file, or a URL.
    private func namedManifest(_ setting: Setting, of url: ServerURL, _ place: ManifestPlace) -> PlannedImage? {
        if setting.isMapping { return planned(url, ManifestReader.read(setting), place, at: nil) }
        guard let text = setting.text("a file's path or a URL") else { return nil }
        guard text.contains("://") else { return planned(url, manifestFile(setting), place, at: nil) }
        guard let manifestURL = setting.serverURL(ServerScheme.allCases) else { return nil }
        var place = place
        place.url = manifestURL
        let manifest = manifest(at: place, setting, "is \(manifestURL.description.quoted), which cannot be had")
        return planned(url, manifest, place, at: manifestURL)
    }

    /// - Parameter complaint: begins the sentence that says why it cannot be had.
    private func manifest(at place: ManifestPlace, _ setting: Setting, _ complaint: String) -> Manifest? {
        let bytes: [UInt8]
        do throws(FileError) {
            if place.url.scheme == .file {
                bytes = try RegularFile.read(place.url.decodedPath, limitBytes: SettingsLimits.maximumFileBytes)
            } else if let fetch {
                bytes = try fetch(place)
            } else {
                throw FileError("no server is asked here; name a file, or give the manifest itself")
            }
        } catch {
            setting.report("\(complaint): \(error.message)")
            return nil
        }
        do throws(SettingsError) {
            return try ManifestReader.read(SourceText(file: place.url.description, bytes: bytes))
        } catch {
            document.report(error)
            return nil
        }
    }

    private func manifestFile(_ setting: Setting) -> Manifest? {
        guard let path = path(setting) else { return nil }
        let source: SourceText
        do throws(SettingsError) {
            source = try SourceText(contentsOf: path)
        } catch {
            // What cannot be opened is the plan's error; what is wrong with its text is the file's.
            for diagnostic in error.diagnostics {
                if diagnostic.line == 0 {
                    setting.report("is \(path.quoted), which \(diagnostic.message)")
                } else {
                    document.report(SettingsError([diagnostic]))
                }
            }
            return nil
        }
        do throws(SettingsError) {
            return try ManifestReader.read(source)
        } catch {
            document.report(error)
            return nil
        }
    }
}
