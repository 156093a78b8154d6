package import CardProtocol
package import LineCard
package import Runtime

/// What a card process and its simulator say to each other.
package enum RendezvousMessage: Equatable, Sendable {
    /// The card's first word.
    case announce(CardAnnouncement)
    /// The simulator's answer.
    case settings(CardAssignment)
    /// The card serves.
    case ready
    /// The card ends, because of this.
    case failed(String)
    /// A fault of this number has befallen the card.
    case fired(Int)
    /// What the card is to do about the fault of this number.
    case order(CardCues.Order, number: Int)

    var frame: RendezvousFrame {
        switch self {
        case .announce: .announce
        case .settings: .settings
        case .ready: .ready
        case .failed: .failed
        case .fired: .fired
        case .order: .order
        }
    }

    package func encodePayload() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .announce(let announcement): announcement.encode(to: &writer)
        case .settings(let assignment): assignment.encode(to: &writer)
        case .ready: break
        case .failed(let text): writer.text(text)
        case .fired(let number): writer.integer(UInt16(number))
        case .order(let order, let number):
            writer.integer(order.rawValue)
            writer.integer(UInt16(number))
        }
        return writer.bytes
    }

    /// - Throws: `malformed` for a payload that is not exactly the type's fields, or has a value that cannot be;
    ///   `unknownType`.
    package init(type: UInt8, payload: UnsafeRawBufferPointer) throws(ProtocolError) {
        var reader = ByteReader(payload)
        switch RendezvousFrame(rawValue: type) {
        case .announce: self = .announce(try CardAnnouncement(from: &reader))
        case .settings: self = .settings(try CardAssignment(from: &reader))
        case .ready: self = .ready
        case .failed: self = .failed(try reader.text())
        case .fired: self = .fired(Int(try reader.integer(UInt16.self)))
        case .order:
            let value = try reader.integer(UInt8.self)
            guard let order = CardCues.Order(rawValue: value) else { throw .malformed("order \(value) is not known") }
            self = .order(order, number: Int(try reader.integer(UInt16.self)))
        case nil: throw .unknownType(type)
        }
        try reader.expectEnd()
    }
}

/// A card process that is there, and where it listens.
package struct CardAnnouncement: Equatable, Sendable {
    package var slot: UInt16
    package var processID: Int32
    /// The machine, or the name that the cluster has for it.
    package var nodeName: String
    package var endpoint: Endpoint

    package init(slot: UInt16, processID: Int32, nodeName: String, endpoint: Endpoint) {
        self.slot = slot
        self.processID = processID
        self.nodeName = nodeName
        self.endpoint = endpoint
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(slot)
        writer.integer(processID)
        writer.text(nodeName)
        writer.text(endpoint.host)
        writer.integer(endpoint.port)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        slot = try reader.integer()
        processID = try reader.integer()
        nodeName = try reader.text()
        endpoint = Endpoint(host: try reader.text(), port: try reader.integer())
        guard slot > 0 else { throw .malformed("slot 0 does not exist") }
        // Sockets need a numeric address: the check is the endpoint's own.
        guard Endpoint(endpoint.description) == endpoint else {
            throw .malformed("\(endpoint) is no address to connect to")
        }
    }
}

/// What a card process is to be.
package struct CardAssignment: Equatable, Sendable {
    package var settings: CardSettings
    /// The file that keeps its flash; nil: in memory, which ends with the process.
    package var flashPath: String?

    package init(settings: CardSettings, flashPath: String?) {
        self.settings = settings
        self.flashPath = flashPath
    }

    func encode(to writer: inout ByteWriter) {
        settings.encode(to: &writer)
        // The rest of the frame: a path may be longer than a text.
        let path = flashPath ?? ""
        path.utf8.withContiguousStorageIfAvailable { writer.raw(UnsafeRawBufferPointer($0)) }
            ?? Array(path.utf8).withUnsafeBytes { writer.raw($0) }
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        settings = try CardSettings(from: &reader)
        guard let path = String(validating: reader.rest(), as: UTF8.self) else {
            throw .malformed("the flash file's path is not UTF-8")
        }
        flashPath = path.isEmpty ? nil : path
    }
}
