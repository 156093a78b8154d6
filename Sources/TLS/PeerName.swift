/// Who a certificate is for, as a URI among its subject's alternative names (RFC 5280 section 4.2.1.6):
/// `card:SIM-ADSL-00001` names a card by its serial number, `ce:shelf-7` a CE.
package struct PeerName: Equatable, Sendable, CustomStringConvertible {
    package enum Role: String, Equatable, Sendable, CaseIterable {
        case card
        case ce

        /// `the card`, `the CE`.
        package var inWords: String {
            switch self {
            case .card: "the card"
            case .ce: "the CE"
            }
        }

        /// Whoever a link connects it with.
        package var peer: Role {
            switch self {
            case .card: .ce
            case .ce: .card
            }
        }
    }

    package let role: Role
    /// A card's serial number, or a name of the CE's own; 1 to `TLSLimits.nameBytes` bytes.
    package let name: String

    package init(_ role: Role, _ name: String) {
        self.role = role
        self.name = name
    }

    package var description: String { uri }

    /// What RFC 3986 section 2.3 does not reserve stands for itself, every other byte as %XX.
    package var uri: String {
        let unreserved = name.utf8.map { byte -> String in
            Self.isUnreserved(byte) ? String(Unicode.Scalar(byte)) : "%" + Self.hexadecimal(byte)
        }
        return "\(role.rawValue):\(unreserved.joined())"
    }

    /// - Returns: nil for another kind of URI, and for one that is not as `uri` writes it.
    package init?(uri bytes: UnsafeRawBufferPointer) {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let scheme = String(validating: bytes[..<colon], as: UTF8.self), let role = Role(rawValue: scheme),
            bytes.count <= colon + 1 + 3 * TLSLimits.nameBytes
        else { return nil }
        var name: [UInt8] = []
        var rest = bytes[(colon + 1)...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let digits = String(validating: rest.prefix(2), as: UTF8.self), digits.utf8.count == 2,
                    digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
                else { return nil }
                name.append(value)
                rest = rest.dropFirst(2)
            } else {
                guard Self.isUnreserved(byte) else { return nil }
                name.append(byte)
            }
        }
        guard (1...TLSLimits.nameBytes).contains(name.count), let text = String(validating: name, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        self.init(role, text)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "0" + digits : digits
    }
}
