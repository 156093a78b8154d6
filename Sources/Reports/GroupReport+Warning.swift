extension GroupReport {
    /// What was not protected, for a person who reads a summary; nil when all was.
    package var warning: String? {
        guard !insecure.isEmpty else { return nil }
        let reasons = insecure.map { $0 == Self.unsigned ? "nobody has signed its image's manifest" : $0 }
        return "INSECURE    group \(name): \(reasons.joined(separator: "; "))"
    }
}
