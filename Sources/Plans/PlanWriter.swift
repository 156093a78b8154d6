import Reports
import Rollout
import Runtime
import Settings
import SoftwareImage

/// Writes what `PlanReader` reads.
package enum PlanWriter {
    /// The plan as a YAML file, the pool written out.
    ///
    /// - Parameter manifestPaths: what stands in place of the manifests themselves, by group: where they are written to, as
    ///   seen from the plan's folder.
    package static func text(of plan: DownloadPlan, manifestPaths: [String: String] = [:]) -> String {
        var lines = [
            "memory: \(ByteCount(UInt64(plan.pool.budgetBytes)))",
            "block: \(ByteCount(UInt64(plan.pool.blockBytes)))",
            plan.pool.isCountFixed ? "blocks: \(plan.pool.blockCount)" : nil,
            "mode: \(plan.mode.rawValue)",
        ].compactMap { $0 }
        if let timeout = plan.timeout { lines.append("timeout: \(timeout.unitText)") }
        if plan.insecureUnsigned { lines.append("insecure_unsigned: true") }
        lines += self.lines(of: plan.security)
        lines.append("groups:")
        for group in plan.groups { lines += self.lines(of: group, manifestPath: manifestPaths[group.name]) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of group: PlannedGroup, manifestPath: String?) -> [String] {
        let image = group.image
        let manifest = manifestPath ?? image.manifestURL?.description
        var lines = [
            "  \(quoted(group.name)):",
            "    image:",
            "      url: \(quoted(image.url.description))",
            "      manifest: \(manifest.map(quoted) ?? ManifestWriter.flowText(of: image.manifest))",
        ]
        if let user = image.user { lines.append("      user: \(quoted(user))") }
        if let passwordFile = image.passwordFile { lines.append("      password_file: \(quoted(passwordFile))") }
        if let authorityFile = image.authorityFile { lines.append("      ca: \(quoted(authorityFile))") }
        if let seconds = image.patienceSeconds { lines.append("      patience: \(seconds)s") }
        if let attempts = image.attempts { lines.append("      attempts: \(attempts)") }
        if group.stalls != .stallBudget { lines.append("    stall: \(group.stalls.rawValue)") }
        lines.append("    cards:")
        lines += group.cards.map { "      \($0.slot): \(text(of: $0))" }
        return lines + self.lines(of: group.rollout)
    }

    private static func lines(of security: PlannedSecurity) -> [String] {
        guard case .tls(let files) = security else { return ["link_security: clear"] }
        return [
            "link_security: tls", "credentials:", "  certificate: \(quoted(files.certificate))",
            "  key: \(quoted(files.key))", "  authority: \(quoted(files.authority))",
        ]
    }

    private static func text(of card: PlannedCard) -> String {
        let address = quoted(card.endpoint.description)
        return card.serialNumber.map { "{address: \(address), serial: \(quoted($0))}" } ?? address
    }

    /// What follows the download, as far as it is not the default.
    private static func lines(of plan: RolloutPlan) -> [String] {
        var members: [String] = []
        if plan.isAllOrNone { members.append("all_or_none: true") }
        switch plan.canary {
        case .count(let count): members.append("canary: \(count)")
        case .slots(let slots): members.append("canary: \(slots)")
        case nil: break
        }
        switch plan.wave {
        case .count(let count): members.append("waves: \(count)")
        case .percent(let percent): members.append("waves: \(percent)%")
        case nil: break
        }
        if plan.successPercent > 0 { members.append("success: \(plan.successPercent)%") }
        if let most = plan.maximumFailures { members.append("max_failures: \(most)") }
        if plan.soak > .zero { members.append("soak: \(plan.soak.unitText)") }
        if let trial = plan.trial { members.append("trial: \(trial.unitText)") }
        var lines: [String] = []
        if plan.goal != .stage { lines.append("    after: \(plan.goal.rawValue)") }
        if !members.isEmpty { lines.append("    rollout: {\(members.joined(separator: ", "))}") }
        if !plan.protection.isEmpty {
            lines.append("    protect: \(plan.protection.map { [$0.first, $0.second] })")
        }
        return lines
    }

    private static func quoted(_ text: String) -> String { text.quotedForYAML }
}
