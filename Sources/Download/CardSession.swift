import CardDialogue
import CardLink
import CardProtocol
import Runtime
import SoftwareImage

/// A download's side of the conversation with one card: its sections, and the card's window.
///
/// Owned by one download agent, in the isolation of its actor.
final class CardSession {
    let conversation: CardConversation

    /// The conversation's own: the hot path goes straight to them.
    private let reader: FrameReader
    private let writer: FrameWriter
    private var windowBytes: UInt64 = 0
    /// The one that the image goes to.
    private(set) var instance: UInt8 = 0
    /// What the card has said to be in flash.
    private(set) var programmedBytes: UInt64 = 0
    /// Where this session's part of the image begins.
    private var firstOffset: UInt64 = 0
    /// Up to where the card has the image, or it is on its way.
    private(set) var sentBytes: UInt64 = 0
    private var sentSections = 0
    private var acknowledgementCount = 0

    /// Connects.
    static func open(_ target: CardTarget, network: any Network, loop: any Loop) async throws(CardFailure)
        -> CardSession
    {
        CardSession(
            try await CardConversation.open(
                target, network: network, loop: loop, sendBufferBytes: DownloadLimits.sendBufferBytes))
    }

    private init(_ conversation: CardConversation) {
        self.conversation = conversation
        reader = conversation.reader
        writer = conversation.writer
    }

    /// Why the card gets nothing more, found while it waited for a block.
    private(set) var failure: CardFailure?
    /// When the card said something last, or had nothing to say; while it waits for a block.
    private var heardAt = Instant.start

    /// The card waits for a block, and may owe acknowledgements meanwhile.
    var isStarving = false {
        didSet { heardAt = conversation.turnTime }
    }

    /// Takes the acknowledgements that have come while the card waits for a block.
    func listen() {
        guard failure == nil else { return }
        let heardBytes = reader.receivedBytes
        do throws(CardFailure) {
            try takeAcknowledgements()
        } catch {
            failure = error
            return
        }
        if reader.receivedBytes != heardBytes || programmedBytes == sentBytes {
            heardAt = conversation.now
        } else if heardAt.duration(to: conversation.now) > DownloadLimits.silence {
            failure = .silent(stage: .section, limit: DownloadLimits.silence)
        }
    }

    // MARK: Requests

    /// Prepares the card for the image.
    ///
    /// - Parameter interrupted: how far the card says that an earlier download got: one of this image goes on there.
    func start(
        _ manifest: Manifest, sectionBytes: Int, after interrupted: InterruptedDownload? = nil
    ) async throws(CardFailure) {
        var offset: UInt64 = 0
        if let interrupted, interrupted.digest == manifest.digest, interrupted.imageBytes == manifest.imageBytes {
            offset = interrupted.programmedBytes
            if offset < manifest.imageBytes { offset -= offset % UInt64(sectionBytes) }
        }
        let start = StartDownload(
            manifest: manifest.signed, sectionBytes: UInt32(sectionBytes), offset: offset, epoch: conversation.epoch)
        let reply = try await conversation.ask(.startDownload(start), stage: .start, limit: DownloadLimits.start)
        guard case .downloadStarted(let started) = reply, started.offset <= offset,
            started.offset == offset || started.offset % UInt64(sectionBytes) == 0
        else {
            throw conversation.unexpected(reply, stage: .start)
        }
        instance = started.instance
        firstOffset = started.offset
        sentBytes = started.offset
        programmedBytes = started.offset
        try setWindow(started.windowBytes, stage: .start)
    }

    /// The card has the section, or the part of the image that ends with it, from an earlier download.
    func has(_ offset: UInt64, _ count: Int) -> Bool {
        offset + UInt64(count) <= firstOffset
    }

    /// What was handed to the card in this session.
    var newBytes: UInt64 { sentBytes - firstOffset }

    /// How much of a section could be sent at once.
    enum Sending {
        case all
        /// Nothing: the card's window has no room for it before `waitForAcknowledgement`.
        case windowIsFull
        /// A part: `finishSection` must follow, and nothing before it.
        case begun
    }

    /// Sends a section as far as the card's window and the connection take it now.
    ///
    /// Mostly that is all of it, and takes no suspension: with many fast cards those would cost as much as the sending.
    func sendNow(offset: UInt64, bytes: UnsafeRawBufferPointer, checksum: UInt32) throws(CardFailure) -> Sending {
        // They are cumulative: to take them when the window seems full is often enough, and takes several at once.
        if !hasRoom(for: bytes.count) {
            try takeAcknowledgements()
            guard hasRoom(for: bytes.count) else { return .windowIsFull }
        }
        do {
            let isSent = try writer.startSection(
                type: CardFrame.section.rawValue, offset: offset, bytes: bytes, checksum: checksum)
            guard isSent else { return .begun }
        } catch {
            throw conversation.failure(error, stage: .section)
        }
        sentBytes += UInt64(bytes.count)
        sentSections += 1
        return .all
    }

    /// Whether the card's window has room for a section.
    func hasRoom(for count: Int) -> Bool {
        sentBytes + UInt64(count) <= programmedBytes + windowBytes
    }

    /// Sends the rest of the section that was begun; returns when the connection has taken it.
    func finishSection(_ bytes: UnsafeRawBufferPointer) async throws(CardFailure) {
        conversation.expect(.section, within: DownloadLimits.section)
        do {
            try await writer.finishSection(bytes)
        } catch {
            throw conversation.failure(error, stage: .section)
        }
        sentBytes += UInt64(bytes.count)
        sentSections += 1
        conversation.expectNothing()
    }

    /// Sends a section once the card's window has room for it; returns when the connection has taken it.
    func send(offset: UInt64, bytes: UnsafeRawBufferPointer, checksum: UInt32) async throws(CardFailure) {
        while true {
            switch try sendNow(offset: offset, bytes: bytes, checksum: checksum) {
            case .all: return
            case .windowIsFull: try await waitForAcknowledgement()
            case .begun: return try await finishSection(bytes)
            }
        }
    }

    /// Waits until everything that was sent is in flash.
    func waitUntilProgrammed() async throws(CardFailure) {
        while programmedBytes < sentBytes { try await waitForAcknowledgement() }
    }

    /// Lets the card verify what it has and make it valid.
    func end(_ manifest: Manifest) async throws(CardFailure) {
        let request = CardRequest.endDownload(EndDownload(imageBytes: manifest.imageBytes))
        var reply = try await conversation.ask(request, stage: .result, limit: DownloadLimits.result)
        var progressAt = conversation.turnTime
        while case .acknowledgement = reply {
            // A card that acknowledges is alive: the limit counts from here.
            conversation.expect(.result, within: DownloadLimits.result)
            let before = programmedBytes
            try note(reply)
            if programmedBytes > before { progressAt = conversation.turnTime }
            guard progressAt.duration(to: conversation.turnTime) < DownloadLimits.section else {
                throw .noProgress(stage: .result, limit: DownloadLimits.section)
            }
            reply = try await conversation.reply(stage: .result)
        }
        conversation.expectNothing()
        guard case .downloadResult(let result) = reply else { throw conversation.unexpected(reply, stage: .result) }
        guard result.digest == manifest.digest, result.imageBytes == manifest.imageBytes else {
            throw .link(stage: .result, .violation(.unexpected("a result for another image (\(result.digest))")))
        }
    }

    /// Tells the card to give the download up, and waits until it has. There is nothing to do if that fails: a card without an
    /// end never makes its instance valid.
    func abort(_ reason: String) async {
        let request = CardRequest.abort(Abort(reason: reason))
        let deadline = conversation.now.advanced(by: DownloadLimits.section)
        var reply = try? await conversation.ask(request, stage: .abort, limit: DownloadLimits.abort)
        while case .acknowledgement = reply, conversation.now < deadline {
            conversation.expect(.abort, within: DownloadLimits.abort)
            reply = try? await conversation.reply(stage: .abort)
        }
        conversation.expectNothing()
    }

    // MARK: The window

    /// Takes the acknowledgements that have arrived, and waits for none.
    private func takeAcknowledgements() throws(CardFailure) {
        while true {
            let frame: (header: FrameHeader, payload: UnsafeRawBufferPointer)?
            do { frame = try reader.nextFrame() } catch { throw conversation.failure(error, stage: .section) }
            guard let frame else { return }
            guard frame.header.type == CardFrame.acknowledgement.rawValue else {
                let other = try conversation.decode(frame.header, frame.payload, stage: .section)
                throw conversation.unexpected(other, stage: .section)
            }
            let acknowledgement: Acknowledgement
            do { acknowledgement = try Acknowledgement(payload: frame.payload) } catch {
                throw conversation.failure(.violation(error), stage: .section)
            }
            try note(acknowledgement)
        }
    }

    /// Waits until the card has programmed more. A card whose flash is busy says every second that it is alive.
    func waitForAcknowledgement() async throws(CardFailure) {
        let before = programmedBytes
        let start = conversation.turnTime
        while true {
            conversation.expect(.section, within: DownloadLimits.silence)
            try await conversation.waitUntilReadable(stage: .section)
            try takeAcknowledgements()
            if programmedBytes > before { break }
            guard start.duration(to: conversation.turnTime) < DownloadLimits.section else {
                throw .noProgress(stage: .section, limit: DownloadLimits.section)
            }
        }
        conversation.expectNothing()
    }

    private func note(_ reply: CardReply) throws(CardFailure) {
        guard case .acknowledgement(let acknowledgement) = reply else {
            throw conversation.unexpected(reply, stage: .section)
        }
        try note(acknowledgement)
    }

    private func note(_ acknowledgement: Acknowledgement) throws(CardFailure) {
        guard (programmedBytes...sentBytes).contains(acknowledgement.programmedBytes) else {
            let claim =
                "\(acknowledgement.programmedBytes) bytes acknowledged, \(sentBytes) sent, \(programmedBytes) before"
            throw .link(stage: .section, .violation(.unexpected(claim)))
        }
        acknowledgementCount += 1
        guard acknowledgementCount <= DownloadLimits.acknowledgementsPerSection * (sentSections + 1) else {
            throw .link(stage: .section, .violation(.unexpected("more acknowledgements than any card sends")))
        }
        programmedBytes = acknowledgement.programmedBytes
        try setWindow(acknowledgement.windowBytes, stage: .section)
    }

    private func setWindow(_ bytes: UInt32, stage: CardStage) throws(CardFailure) {
        guard bytes <= DownloadLimits.windowBytes else {
            throw .link(stage: stage, .violation(.malformed("a window of \(bytes) bytes")))
        }
        windowBytes = UInt64(bytes)
    }
}
