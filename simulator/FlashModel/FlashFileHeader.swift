/// What a flash file says of its flash: which part it is, how it is cut, and what its faults were drawn from.
///
/// A file is one part: all of it must be as the card's settings say, for with another age or seed the same blocks would be of
/// another part.
package struct FlashFileHeader: Equatable, Sendable {
    static let magic = Array("FLASHIMG".utf8)
    static let version: UInt64 = 2
    /// The magic and the fields; the rest of the page is zero.
    static let byteCount = Field.allCases.reduce(magic.count) { $0 + $1.byteCount }

    package let profileName: String
    package let geometry: FlashGeometry
    package let erasedValue: UInt8
    /// nil: without end.
    package let enduranceCycles: Int?
    /// Erase cycles that every block had before the part came into the card.
    package let initialCycles: Int
    package let faultSeed: UInt64

    init(_ profile: FlashProfile, _ faults: FlashFaults) {
        profileName = profile.name
        geometry = profile.geometry
        erasedValue = profile.erasedValue
        enduranceCycles = profile.enduranceCycles
        initialCycles = faults.initialCycles
        faultSeed = faults.seed
    }

    /// Why a header is not accepted: as a sentence goes on behind "its FIELD is FOUND, and EXPECTED was expected".
    struct Refusal: Error, Equatable {
        var field: String
        var expected: String
        var found: String
    }

    /// The fields behind the magic, in file order, with the names that an error uses.
    private enum Field: String, CaseIterable {
        case version
        case readSize = "read_size"
        case programSize = "program_size"
        case eraseSize = "erase_size"
        case blockCount = "block_count"
        case erasedValue = "erased_value"
        case profile
        case endurance = "endurance_cycles"
        case age
        case seed = "fault_seed"

        var byteCount: Int {
            switch self {
            case .version, .readSize, .programSize, .eraseSize: 4
            case .erasedValue: 1
            case .profile: FlashProfile.maximumNameBytes
            case .blockCount, .endurance, .age, .seed: 8
            }
        }

        func bytes(of header: [UInt8]) -> ArraySlice<UInt8> {
            let offset = Self.allCases.prefix { $0 != self }.reduce(magic.count) { $0 + $1.byteCount }
            return header[offset..<offset + byteCount]
        }

        /// Big-endian.
        func number(in header: [UInt8]) -> UInt64 {
            bytes(of: header).reduce(0) { $0 << 8 | UInt64($1) }
        }

        /// For messages: what a file says is not to be trusted.
        func text(in header: [UInt8]) -> String {
            guard self == .profile else { return "\(number(in: header))" }
            let name = bytes(of: header).prefix { $0 != 0 }.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }
            return name.isEmpty ? "empty" : String(decoding: name, as: UTF8.self)
        }
    }

    // MARK: Coding

    private func value(of field: Field) -> [UInt8] {
        let number: UInt64 =
            switch field {
            case .version: Self.version
            case .readSize: UInt64(geometry.readSize)
            case .programSize: UInt64(geometry.programSize)
            case .eraseSize: UInt64(geometry.eraseSize)
            case .blockCount: UInt64(geometry.blockCount)
            case .erasedValue: UInt64(erasedValue)
            case .endurance: UInt64(enduranceCycles ?? 0)
            case .age: UInt64(initialCycles)
            case .seed: faultSeed
            case .profile: 0
            }
        guard field == .profile else {
            return (0..<field.byteCount).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
        }
        let name = Array(profileName.utf8)
        return name + [UInt8](repeating: 0, count: field.byteCount - name.count)
    }

    var bytes: [UInt8] {
        Field.allCases.reduce(Self.magic) { $0 + value(of: $1) }
    }

    private static func check(_ header: [UInt8]) throws(Refusal) {
        guard header.count >= byteCount else {
            throw Refusal(field: "header", expected: "\(byteCount) bytes", found: "\(header.count) bytes long")
        }
        guard header.starts(with: magic) else {
            throw Refusal(field: "magic", expected: "FLASHIMG", found: "another: this is no flash file")
        }
        let version = Field.version.number(in: header)
        guard version == Self.version else {
            throw Refusal(field: Field.version.rawValue, expected: "\(Self.version)", found: "\(version)")
        }
    }

    /// - Throws: the first field of a file's header that is not as this flash's would be.
    func check(_ header: [UInt8]) throws(Refusal) {
        try Self.check(header)
        let expected = bytes
        for field in Field.allCases where field.bytes(of: expected) != field.bytes(of: header) {
            throw Refusal(
                field: field.rawValue, expected: field.text(in: expected), found: field.text(in: header))
        }
    }

    /// Reads a header of whatever flash.
    ///
    /// - Throws: for what is no header of this version, and for a field that no flash has.
    init(decoding header: [UInt8]) throws(Refusal) {
        try Self.check(header)
        func number(_ field: Field) throws(Refusal) -> Int {
            guard let number = Int(exactly: field.number(in: header)) else {
                throw Refusal(field: field.rawValue, expected: "a smaller number", found: field.text(in: header))
            }
            return number
        }
        let sizes = [
            try number(.readSize), try number(.programSize), try number(.eraseSize), try number(.blockCount),
        ]
        let (endurance, age) = (try number(.endurance), try number(.age))
        let name = String(validating: Field.profile.bytes(of: header).prefix { $0 != 0 }, as: UTF8.self)
        do throws(FlashParameterError) {
            let geometry = try FlashGeometry(
                readSize: sizes[0], programSize: sizes[1], eraseSize: sizes[2], blockCount: sizes[3])
            var faults = FlashFaults()
            faults.initialCycles = age
            faults.seed = Field.seed.number(in: header)
            try faults.check(geometry)
            self.init(
                try FlashProfile(
                    name: name ?? "", geometry: geometry, timing: .none,
                    enduranceCycles: endurance == 0 ? nil : endurance,
                    erasedValue: UInt8(Field.erasedValue.number(in: header))), faults)
        } catch {
            throw Refusal(field: error.field, expected: error.allowed, found: error.value)
        }
    }
}
