import Glibc
package import Settings
package import TLS

/// The files with what a CE proves itself with to its cards, and with whom it believes, as paths that `ce` can open.
package struct CredentialFiles: Equatable, Sendable {
    package var certificate: String
    package var key: String
    package var authority: String

    package init(certificate: String, key: String, authority: String) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }

    /// Reads the files, and looks whether they are what they should be.
    ///
    /// - Throws: a file that cannot be read or is not what it is said to be; a key that others may read, that is another user's,
    ///   or that is a link. Never a part of the key.
    package func read() throws(SettingsError) -> TLSContext {
        let credentials = TLSCredentials(
            authority: try Self.read(authority), certificate: try Self.read(certificate), key: try Self.readKey(key))
        do throws(TLSCredentialsError) {
            return try TLSContext(credentials, of: .ce)
        } catch {
            let file =
                switch error.part {
                case .authority: authority
                case .certificate, nil: certificate
                case .key: key
                }
            throw SettingsError([Diagnostic(file: file, message: error.description)])
        }
    }

    private static func read(_ path: String) throws(SettingsError) -> [UInt8] {
        do throws(FileError) {
            return try RegularFile.read(path, limitBytes: TLSLimits.credentialBytes)
        } catch {
            throw SettingsError([Diagnostic(file: path, message: error.message)])
        }
    }

    private static func readKey(_ path: String) throws(SettingsError) -> [UInt8] {
        do throws(FileError) {
            return try RegularFile.read(
                path, limitBytes: TLSLimits.credentialBytes, followsLink: false, check: SecretFile.check)
        } catch {
            throw SettingsError([Diagnostic(file: path, message: error.message)])
        }
    }
}
