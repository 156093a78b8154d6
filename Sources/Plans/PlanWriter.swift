import Reports
import Runtime
import Settings
package import SoftwareImage

/// Writes what `PlanReader` and `ManifestReader` read.
package enum PlanWriter {
    /// The plan as a YAML file, the pool written out.
    ///
    /// - Parameter manifestPath: stands in place of the manifest itself: where it is written to, as seen from the plan's
    ///   folder.
    package static func text(of plan: DownloadPlan, manifestPath: String? = nil) -> String {
        var lines = [
            "memory: \(ByteCount(UInt64(plan.pool.budgetBytes)))",
            "block: \(ByteCount(UInt64(plan.pool.blockBytes)))",
            "blocks: \(plan.pool.blockCount)",
            "mode: \(plan.mode.rawValue)",
        ]
        if let timeout = plan.timeout { lines.append("timeout: \(timeout.unitText)") }
        let image = plan.group.image
        lines += [
            "groups:",
            "  \(quoted(plan.group.name)):",
            "    image:",
            "      url: \(quoted(image.url.description))",
            "      manifest: \(manifestPath.map(quoted) ?? flowText(of: image.manifest))",
        ]
        if let user = image.user { lines.append("      user: \(quoted(user))") }
        if let passwordFile = image.passwordFile { lines.append("      password_file: \(quoted(passwordFile))") }
        lines.append("    cards:")
        lines += plan.group.cards.map { "      \($0.slot): \(quoted($0.endpoint.description))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The manifest as a YAML file.
    package static func text(of manifest: Manifest) -> String {
        members(of: manifest).map { "\($0): \($1)\n" }.joined()
    }

    private static func flowText(of manifest: Manifest) -> String {
        "{\(members(of: manifest).map { "\($0): \($1)" }.joined(separator: ", "))}"
    }

    private static func members(of manifest: Manifest) -> [(String, String)] {
        [
            ("type", quoted(manifest.cardType)), ("version", quoted(manifest.version)),
            ("size", "\(manifest.imageBytes)"), ("sha256", quoted(manifest.digest.description)),
        ] + (manifest.securityNumber > 0 ? [("sequence", "\(manifest.securityNumber)")] : [])
    }

    /// A double-quoted scalar (YAML 1.1, section 9.2.1): whatever the text is, it reads back as itself.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{20}"..."\u{7E}": result.unicodeScalars.append(scalar)
            default:
                let code = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - code.count) + code
            }
        }
        return result + "\""
    }
}
