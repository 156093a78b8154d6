import Settings
package import SoftwareImage

/// Writes what `ManifestReader` reads.
package enum ManifestWriter {
    /// The manifest as a YAML file.
    package static func text(of manifest: Manifest) -> String {
        var lines = members(of: manifest).map { "\($0): \($1)" }
        if let blocks = manifest.blocks {
            lines += ["blocks:", "  size: \(ByteCount(UInt64(blocks.blockBytes)))", "  sha256:"]
            lines += blocks.digests.map { "    - \(Base64.text(of: $0.bytes))" }
        }
        if manifest.isSigned {
            lines.append("signatures:")
            lines += manifest.signatures.map { "  - \(flowText(of: $0))" }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The manifest on one line, as it stands in a plan.
    static func flowText(of manifest: Manifest) -> String {
        var members = members(of: manifest)
        if let blocks = manifest.blocks {
            let digests = blocks.digests.map { Base64.text(of: $0.bytes) }.joined(separator: ", ")
            members.append(("blocks", "{size: \(ByteCount(UInt64(blocks.blockBytes))), sha256: [\(digests)]}"))
        }
        if manifest.isSigned {
            members.append(("signatures", "[\(manifest.signatures.map(flowText).joined(separator: ", "))]"))
        }
        return "{\(members.map { "\($0): \($1)" }.joined(separator: ", "))}"
    }

    private static func flowText(of signature: ManifestSignature) -> String {
        "{key: \"\(signature.key)\", ed25519: \(Base64.text(of: signature.bytes))}"
    }

    private static func members(of manifest: Manifest) -> [(String, String)] {
        let statement = manifest.statement
        var members = [("type", statement.cardType.quotedForYAML)]
        if !statement.hardwareRevisions.isEmpty {
            let revisions = statement.hardwareRevisions.map(\.quotedForYAML).joined(separator: ", ")
            members.append(("revisions", "[\(revisions)]"))
        }
        members.append(("version", statement.version.quotedForYAML))
        if statement.securityNumber > 0 { members.append(("sequence", "\(statement.securityNumber)")) }
        if let created = statement.created { members.append(("created", created.description)) }
        if let expires = statement.expires { members.append(("expires", expires.description)) }
        members.append(("size", "\(statement.imageBytes)"))
        members.append(("sha256", statement.digest.description.quotedForYAML))
        return members
    }
}

extension ImageDigest {
    fileprivate var bytes: [UInt8] { withBytes { Array($0) } }
}

extension String {
    /// A double-quoted scalar (YAML 1.1, section 9.2.1): whatever the text is, it reads back as itself.
    var quotedForYAML: String {
        var result = "\""
        for scalar in unicodeScalars {
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
