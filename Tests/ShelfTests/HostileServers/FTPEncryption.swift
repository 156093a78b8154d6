/// How an FTP server encrypts (RFC 4217), and what of it is wrong.
struct FTPEncryption: Sendable {
    var isImplicit: Bool
    var certificate: String
    var dataCertificate: String
    /// To AUTH TLS.
    var answer = "234 go on"
    /// To PROT P.
    var protection = "200 private"
    /// PROT P is granted, and not kept.
    var leavesDataClear = false
    /// The data ends as if it had been cut.
    var omitsCloseNotify = false

    init(isImplicit: Bool, certificate: String) {
        self.isImplicit = isImplicit
        self.certificate = certificate
        dataCertificate = certificate
    }

    /// - Returns: false when the conversation is over.
    func begin(_ wire: Wire) -> Bool {
        guard wire.write(answer + "\r\n") else { return false }
        guard answer.hasPrefix("234") else { return true }
        return wire.encrypt(certificate)
    }
}
