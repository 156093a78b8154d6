package import FlashModel

extension FlashStorageError {
    /// For whoever only looks: nothing needs to be moved away.
    package var inspectionText: String {
        guard case .refused(let path, let field, let expected, let found) = self else { return description }
        return "\(path) cannot be shown: its \(field) is \(found), and \(expected) was expected"
    }
}
