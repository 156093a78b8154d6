import COpenSSL

/// What a certificate says of whom it is for. Borrows the certificate, which its owner frees.
struct PeerCertificate {
    private let certificate: OpaquePointer

    init(_ certificate: OpaquePointer) {
        self.certificate = certificate
    }

    /// All cards and CEs that it names: one, in a certificate of ours.
    var names: [PeerName] {
        guard let list = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(list)
        defer { GENERAL_NAMES_free(names) }
        return (0..<copenssl_count_names(names)).compactMap { index in
            var count: CInt = 0
            guard let uri = copenssl_uri(names, index, &count) else { return nil }
            return PeerName(uri: UnsafeRawBufferPointer(start: uri, count: Int(count)))
        }
    }

    /// The one name that it has, if that is of `role`.
    func name(of role: PeerName.Role) -> PeerName? {
        let names = self.names
        return names.count == 1 && names[0].role == role ? names[0] : nil
    }

    var start: String { Self.text(of: X509_get0_notBefore(certificate)) }
    var end: String { Self.text(of: X509_get0_notAfter(certificate)) }

    /// `2026-11-27 20:55:00 UTC`.
    private static func text(of time: UnsafePointer<ASN1_TIME>?) -> String {
        var fields = tm()
        guard ASN1_TIME_to_tm(time, &fields) == 1 else { return "a time that cannot be read" }
        func digits(_ number: CInt, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let day = "\(digits(fields.tm_year + 1900, 4))-\(digits(fields.tm_mon + 1, 2))-\(digits(fields.tm_mday, 2))"
        return "\(day) \(digits(fields.tm_hour, 2)):\(digits(fields.tm_min, 2)):\(digits(fields.tm_sec, 2)) UTC"
    }
}
