/// A statement as it travels: its bytes, of which nothing is believed before a signature over them was checked.
package struct SignedStatement: Equatable, Sendable {
    /// At most `ManifestLimits.maximumStatementBytes`.
    package var bytes: [UInt8]
    /// At most `ManifestLimits.maximumSignatures`; none: unsigned.
    package var signatures: [ManifestSignature]

    package init(bytes: [UInt8], signatures: [ManifestSignature]) {
        self.bytes = bytes
        self.signatures = signatures
    }

    /// - Throws: what is no statement.
    package func decode() throws(ManifestError) -> ManifestStatement {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(ManifestError) in try ManifestStatement(decoding: bytes) }
        }
        return try result.get()
    }
}
