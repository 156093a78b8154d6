import CardDialogue
import CardLink
import CardProtocol
import Runtime
import SoftwareImage

/// The conversation with a donor card: sections of its image, read back one by one.
///
/// Owned by the agent that reads, in the isolation of its group.
final class DonorLink {
    let donor: DonorBoard.Donor
    let conversation: CardConversation
    private let instance: UInt8

    /// Connects, and makes sure that it is the card, and which of its instances holds the image.
    init(
        to donor: DonorBoard.Donor, job: DownloadJob, network: any Network, loop: any Loop, watch: ConversationWatch
    ) async throws(CardFailure) {
        self.donor = donor
        conversation = try await CardConversation.open(
            donor.target, network: network, loop: loop, sendBufferBytes: ConversationLimits.receiveBufferBytes)
        watch.add(conversation)
        do throws(CardFailure) {
            let identity = try await conversation.hello(job.engine)
            guard let instance = donor.instance ?? identity.instance(holding: job.manifest).map(UInt8.init) else {
                throw .noImage("it does not hold version \(job.manifest.version)")
            }
            self.instance = instance
        } catch {
            watch.remove(conversation)
            conversation.close()
            throw error
        }
    }
    func close(_ watch: ConversationWatch) {
        watch.remove(conversation)
        conversation.close()
    }

    /// Reads a section of the image into `buffer`.
    ///
    /// - Returns: the checksum of its offset and bytes, which the frame was compared with.
    func read(offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) async throws(CardFailure) -> UInt32 {
        let request = CardRequest.readImage(
            ReadImage(instance: instance, offset: offset, bytes: UInt32(buffer.count)))
        conversation.expect(.read, within: DownloadLimits.read)
        defer { conversation.expectNothing() }
        do {
            try await conversation.writer.write(type: request.frame.rawValue, payload: request.encodePayload())
            guard let header = try await conversation.reader.header() else {
                throw LinkError.connection(.endedEarly)
            }
            if header.type != CardFrame.imageData.rawValue {
                let payload = try await conversation.reader.payload(of: header)
                throw conversation.unexpected(
                    try conversation.decode(header, payload, stage: .read), stage: .read)
            }
            guard header.payloadBytes == CardFrame.sectionOffsetBytes + buffer.count else {
                throw LinkError.violation(.unexpected("\(header.payloadBytes) bytes where a section was asked for"))
            }
            return try await payload(of: header, offset: offset, into: buffer)
        } catch let error as LinkError {
            throw conversation.failure(error, stage: .read)
        } catch let error as CardFailure {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private func payload(
        of header: FrameHeader, offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) async throws(LinkError) -> UInt32 {
        let field = UnsafeMutableRawBufferPointer.allocate(byteCount: CardFrame.sectionOffsetBytes, alignment: 8)
        defer { field.deallocate() }
        try await conversation.reader.payload(of: header, into: field, then: buffer)
        let found = UInt64(bigEndian: field.loadUnaligned(as: UInt64.self))
        guard found == offset else {
            throw .violation(.unexpected("offset \(found) where \(offset) was asked for"))
        }
        return header.payloadChecksum
    }
}
