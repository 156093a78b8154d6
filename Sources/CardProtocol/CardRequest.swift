/// What the CE says to a card. A section is not among them: its bytes are sent from the buffer pool, and never copied.
package enum CardRequest: Equatable, Sendable {
    case hello(Hello)
    case startDownload(StartDownload)
    case endDownload(EndDownload)
    case abort(Abort)
    case readImage(ReadImage)
    case activate(Activate)
    case commit(Commit)
    case rollBack(RollBack)

    package var frame: CardFrame {
        switch self {
        case .hello: .hello
        case .startDownload: .startDownload
        case .endDownload: .endDownload
        case .abort: .abort
        case .readImage: .readImage
        case .activate: .activate
        case .commit: .commit
        case .rollBack: .rollBack
        }
    }

    package func encodePayload() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .hello(let hello): hello.encode(to: &writer)
        case .startDownload(let start): start.encode(to: &writer)
        case .endDownload(let end): writer.integer(end.imageBytes)
        case .abort(let abort): abort.encode(to: &writer)
        case .readImage(let read): read.encode(to: &writer)
        case .activate(let activate): activate.encode(to: &writer)
        case .commit(let commit): writer.integer(commit.epoch)
        case .rollBack(let rollBack): writer.integer(rollBack.epoch)
        }
        return writer.bytes
    }

    /// - Throws: `malformed` for a payload that is not exactly the type's fields, `unexpected` for a type that the CE
    ///   does not send.
    package init(_ frame: CardFrame, payload: UnsafeRawBufferPointer) throws(ProtocolError) {
        var reader = ByteReader(payload)
        switch frame {
        case .hello: self = .hello(try Hello(from: &reader))
        case .startDownload: self = .startDownload(try StartDownload(from: &reader))
        case .endDownload: self = .endDownload(EndDownload(imageBytes: try reader.byteCount()))
        case .abort: self = .abort(try Abort(from: &reader))
        case .readImage: self = .readImage(try ReadImage(from: &reader))
        case .activate: self = .activate(try Activate(from: &reader))
        case .commit: self = .commit(Commit(epoch: try reader.epoch()))
        case .rollBack: self = .rollBack(RollBack(epoch: try reader.epoch()))
        default: throw .unexpected("\(frame) where a request was due")
        }
        try reader.expectEnd()
    }
}

/// The first frame on a connection.
package struct Hello: Equatable, Sendable {
    /// Who asks, for the card's log and for the refusal that a second CE gets: at most 255 bytes of UTF-8.
    package var engine: String

    package init(engine: String) {
        self.engine = engine
    }

    func encode(to writer: inout ByteWriter) { writer.text(engine) }
    init(from reader: inout ByteReader) throws(ProtocolError) { engine = try reader.text() }
}

/// All sections are sent: verify and make the instance valid.
package struct EndDownload: Equatable, Sendable {
    package var imageBytes: UInt64

    package init(imageBytes: UInt64) {
        self.imageBytes = imageBytes
    }
}

/// Gives a download up; the instance stays invalid.
package struct Abort: Equatable, Sendable {
    /// 0: the download of this very connection, if it has one; never refused. Else the card's epoch as its identity told it:
    /// the card forgets an interrupted download, and ends one that runs on another connection.
    package var epoch: UInt64
    package var reason: String

    package static let ownDownload: UInt64 = 0

    package init(epoch: UInt64 = Abort.ownDownload, reason: String) {
        self.epoch = epoch
        self.reason = reason
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(epoch)
        writer.text(reason)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        epoch = try reader.integer()
        reason = try reader.text()
    }
}

/// Asks for a part of a valid instance's image.
package struct ReadImage: Equatable, Sendable {
    /// 0 or 1.
    package var instance: UInt8
    package var offset: UInt64
    /// At most `CardFrame.maximumSectionBytes`.
    package var bytes: UInt32

    package init(instance: UInt8, offset: UInt64, bytes: UInt32) {
        self.instance = instance
        self.offset = offset
        self.bytes = bytes
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(instance)
        writer.integer(offset)
        writer.integer(bytes)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        instance = try reader.instance()
        offset = try reader.byteCount()
        bytes = try reader.sectionBytes()
    }
}
