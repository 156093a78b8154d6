package import Settings
package import SoftwareImage

/// Files with Ed25519 keys in PEM.
package enum KeyFile {
    /// A key in PEM has some 120 bytes; this leaves room for what may stand before it.
    package static let maximumBytes = 4096

    /// Reads a private key. It has no passphrase: its mode protects it.
    ///
    /// - Throws: a file that cannot be read, that others may read (its mode must be 0600 or 0400), that belongs to another user, that is a
    ///   link, or that holds no such key.
    package static func signingKey(_ path: String) throws(SettingsError) -> SigningKey {
        try read(path, isSecret: true) { bytes throws(OpenSSLFailure) in try KeyText.signingKey(bytes) }
    }

    package static func publicKey(_ path: String) throws(SettingsError) -> PublicKey {
        try read(path, isSecret: false) { bytes throws(OpenSSLFailure) in try KeyText.publicKey(bytes) }
    }

    private static func read<Key>(
        _ path: String, isSecret: Bool, _ parse: ([UInt8]) throws(OpenSSLFailure) -> Key
    ) throws(SettingsError) -> Key {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes =
                try isSecret
                ? RegularFile.read(path, limitBytes: maximumBytes, followsLink: false, check: SecretFile.check)
                : RegularFile.read(path, limitBytes: maximumBytes)
        } catch {
            throw SettingsError([Diagnostic(file: path, message: error.message)])
        }
        do throws(OpenSSLFailure) {
            return try parse(bytes)
        } catch {
            throw SettingsError([Diagnostic(file: path, message: "holds \(error); expected an Ed25519 key")])
        }
    }
}
