import Glibc
import ImageSources
import Plans
import Runtime
import Settings
import Terminal

/// Fetches the manifests that a plan names by their URL, or leaves beside the image, before a card is touched.
final class ManifestDownload {
    /// With the digests of a few thousand blocks it has 0.2 MiB.
    private static let limitBytes = SettingsLimits.maximumFileBytes
    /// A server's own limits come first: to connect, to answer, to give a byte a second.
    private static let limit: Duration = .seconds(30)

    /// A server was not to be had.
    private(set) var hasFailed = false

    func fetch(_ place: ManifestPlace) throws(FileError) -> [UInt8] {
        ProgramLimits.ignoreBrokenPipes()
        let location = FileServerURL(
            url: place.url.description, user: place.user, password: try password(place.passwordFile),
            authorityFile: place.authorityFile)
        let loop = EventLoop()
        let outcome: Result<[UInt8], any Error>
        do {
            outcome = try loop.run { () async -> Result<[UInt8], any Error> in
                do {
                    return .success(
                        try await loop.withDeadline(Self.limit, "manifest") {
                            try await CurlSource(location, loop: loop).bytes(limitBytes: Self.limitBytes)
                        })
                } catch {
                    return .failure(error)
                }
            }.result
        } catch {
            throw FileError("\(error)")
        }
        switch outcome {
        case .success(let bytes): return bytes
        case .failure(let error):
            hasFailed = true
            throw FileError("\(error)")
        }
    }

    private func password(_ file: String?) throws(FileError) -> String? {
        do throws(SettingsError) {
            return try PlanPassword.read(file: file)
        } catch {
            throw FileError(error.description)
        }
    }
}

/// The password at the file server: from a file that the plan names, or from the environment.
enum PlanPassword {
    /// The passwords of a plan's groups, by their place.
    static func read(of plan: DownloadPlan) throws(SettingsError) -> [String?] {
        var passwords: [String?] = []
        for group in plan.groups { passwords.append(try read(file: group.image.passwordFile)) }
        return passwords
    }

    static func read(file: String?) throws(SettingsError) -> String? {
        if let file { return try PasswordFile.read(file) }
        guard let variable = getenv("CE_PASSWORD") else { return nil }
        do throws(FileError) {
            return try PasswordFile.check(String(cString: variable))
        } catch {
            throw SettingsError([Diagnostic(file: "CE_PASSWORD", message: error.message)])
        }
    }
}
