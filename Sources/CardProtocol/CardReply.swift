package import SoftwareImage

/// What a card says to the CE. Image data is not among them: its bytes are used where they arrive.
package enum CardReply: Equatable, Sendable {
    case identity(CardIdentity)
    case downloadStarted(DownloadStarted)
    case acknowledgement(Acknowledgement)
    case downloadResult(DownloadResult)
    case aborted(Aborted)
    case activating(Restart)
    case committed(Committed)
    case rollingBack(Restart)
    case refusal(Refusal)

    package var frame: CardFrame {
        switch self {
        case .identity: .identity
        case .downloadStarted: .downloadStarted
        case .acknowledgement: .acknowledgement
        case .downloadResult: .downloadResult
        case .aborted: .aborted
        case .activating: .activating
        case .committed: .committed
        case .rollingBack: .rollingBack
        case .refusal: .refusal
        }
    }

    /// The card's epoch now, where the reply tells it.
    package var epoch: UInt64? {
        switch self {
        case .identity(let identity): identity.epoch
        case .downloadResult(let result): result.epoch
        case .aborted(let aborted): aborted.epoch
        case .activating(let restart), .rollingBack(let restart): restart.epoch
        case .committed(let committed): committed.epoch
        case .downloadStarted, .acknowledgement, .refusal: nil
        }
    }

    package func encodePayload() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .identity(let identity): identity.encode(to: &writer)
        case .downloadStarted(let started): started.encode(to: &writer)
        case .acknowledgement(let acknowledgement): acknowledgement.encode(to: &writer)
        case .downloadResult(let result): result.encode(to: &writer)
        case .aborted(let aborted): writer.integer(aborted.epoch)
        case .activating(let restart), .rollingBack(let restart): restart.encode(to: &writer)
        case .committed(let committed): writer.integer(committed.epoch)
        case .refusal(let refusal): refusal.encode(to: &writer)
        }
        return writer.bytes
    }

    /// - Throws: `malformed` for a payload that is not exactly the type's fields, `unexpected` for a type that a card does
    ///   not send.
    package init(_ frame: CardFrame, payload: UnsafeRawBufferPointer) throws(ProtocolError) {
        var reader = ByteReader(payload)
        switch frame {
        case .identity: self = .identity(try CardIdentity(from: &reader))
        case .downloadStarted: self = .downloadStarted(try DownloadStarted(from: &reader))
        case .acknowledgement:
            self = .acknowledgement(try Acknowledgement(payload: payload))
            return
        case .downloadResult: self = .downloadResult(try DownloadResult(from: &reader))
        case .aborted: self = .aborted(Aborted(epoch: try reader.epoch()))
        case .activating: self = .activating(try Restart(from: &reader))
        case .committed: self = .committed(Committed(epoch: try reader.epoch()))
        case .rollingBack: self = .rollingBack(try Restart(from: &reader))
        case .refusal: self = .refusal(try Refusal(from: &reader))
        default: throw .unexpected("\(frame) where a reply was due")
        }
        try reader.expectEnd()
    }
}

/// The card will take sections from `offset` on.
package struct DownloadStarted: Equatable, Sendable {
    /// The instance that is being written: 0 or 1, never the one that runs.
    package var instance: UInt8
    package var offset: UInt64
    /// How many bytes may be sent beyond what is acknowledged as programmed.
    package var windowBytes: UInt32

    package init(instance: UInt8, offset: UInt64, windowBytes: UInt32) {
        self.instance = instance
        self.offset = offset
        self.windowBytes = windowBytes
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(instance)
        writer.integer(offset)
        writer.integer(windowBytes)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        instance = try reader.instance()
        offset = try reader.byteCount()
        windowBytes = try reader.integer()
    }
}

/// Everything below `programmedBytes` is in flash, and was read back.
package struct Acknowledgement: Equatable, Sendable {
    package var programmedBytes: UInt64
    /// How many bytes may be sent beyond `programmedBytes`.
    package var windowBytes: UInt32

    package init(programmedBytes: UInt64, windowBytes: UInt32) {
        self.programmedBytes = programmedBytes
        self.windowBytes = windowBytes
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(programmedBytes)
        writer.integer(windowBytes)
    }

    /// By itself, since acknowledgements come by the thousand, and a reply of any kind is a large value.
    ///
    /// - Throws: `malformed` for a payload that is not exactly the fields.
    package init(payload: UnsafeRawBufferPointer) throws(ProtocolError) {
        var reader = ByteReader(payload)
        programmedBytes = try reader.byteCount()
        windowBytes = try reader.integer()
        try reader.expectEnd()
    }
}

/// The image is complete in flash, its digest was computed from there and matches: the instance is valid.
package struct DownloadResult: Equatable, Sendable {
    package var instance: UInt8
    package var imageBytes: UInt64
    package var digest: ImageDigest
    /// The card's epoch now: what an activation of the image must name.
    package var epoch: UInt64

    package init(instance: UInt8, imageBytes: UInt64, digest: ImageDigest, epoch: UInt64) {
        self.instance = instance
        self.imageBytes = imageBytes
        self.digest = digest
        self.epoch = epoch
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(instance)
        writer.integer(imageBytes)
        writer.digest(digest)
        writer.integer(epoch)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        instance = try reader.instance()
        imageBytes = try reader.byteCount()
        digest = try reader.digest()
        epoch = try reader.epoch()
    }
}

/// The download is given up.
package struct Aborted: Equatable, Sendable {
    /// The card's epoch now.
    package var epoch: UInt64

    package init(epoch: UInt64) {
        self.epoch = epoch
    }
}

/// The card says no. The connection stays, unless the text says otherwise.
package struct Refusal: Error, Equatable, Sendable {
    package var code: RefusalCode
    /// The sequence number of the frame that is refused.
    package var sequence: UInt32
    /// What, where and why, for a person: at most 255 bytes of UTF-8.
    package var text: String

    package init(code: RefusalCode, sequence: UInt32, text: String) {
        self.code = code
        self.sequence = sequence
        self.text = text
    }

    func encode(to writer: inout ByteWriter) {
        writer.integer(code.rawValue)
        writer.integer(sequence)
        writer.text(text)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let number = try reader.integer(UInt8.self)
        guard let code = RefusalCode(rawValue: number) else { throw .malformed("refusal code \(number) is not known") }
        self.code = code
        sequence = try reader.integer()
        text = try reader.text()
    }
}
