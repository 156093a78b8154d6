import CardProtocol
import Runtime
import SoftwareImage

/// Cards that do harm once a download has begun.
extension HostileCard {
    // MARK: The start

    static let starts = [
        HostileCard("never starts", "start of the download: nothing from the card for 15 s") { peer in
            try await peer.greet()
            try await peer.listenOnly()
        },
        HostileCard("starts where it was not asked to", "start of the download: unexpected frame: downloadStarted") {
            try await $0.start(offset: 65536)
        },
        HostileCard("starts beyond any image", "start of the download: malformed frame") {
            try await $0.start(offset: 1 << 62)
        },
        HostileCard("starts with a window of 4 GiB", "a window of 4294967295 bytes") {
            try await $0.start(windowBytes: .max)
        },
        HostileCard("starts with no window", "sending the image: nothing from the card for 4 s") {
            try await $0.start(windowBytes: 0)
        },
        HostileCard("starts in instance 7", "instance 7 does not exist") { peer in
            try await peer.greet()
            _ = try await peer.receive()
            var payload = CardReply.downloadStarted(DownloadStarted(instance: 0, offset: 0, windowBytes: 1 << 17))
                .encodePayload()
            payload[0] = 7
            try await peer.write(peer.frame(0x82, 1, payload))
            try await peer.listenOnly()
        },
        HostileCard("acknowledges before it has started", "start of the download: unexpected frame: acknowledgement") {
            try await $0.greet()
            _ = try await $0.receive()
            try await $0.acknowledge(0)
            try await $0.listenOnly()
        },
        HostileCard("has finished before it starts", "start of the download: unexpected frame: downloadResult") {
            peer in
            try await peer.greet()
            _ = try await peer.receive()
            try await peer.sendResult()
            try await peer.listenOnly()
        },
    ]

    // MARK: The sections

    static let sections = [
        HostileCard("takes nothing after its start", "nothing from the card for 4 s") {
            try await $0.prepare()
            try await $0.sleep()
        },
        HostileCard("never acknowledges", "sending the image: nothing from the card for 4 s") {
            try await $0.prepare()
            try await $0.listenOnly()
        },
        HostileCard("acknowledges what was not sent", "bytes acknowledged") {
            try await $0.prepare()
            _ = try await $0.receive()
            try await $0.acknowledge(1 << 40)
            try await $0.listenOnly()
        },
        HostileCard("acknowledges backwards", "0 bytes acknowledged") {
            try await $0.prepare()
            _ = try await $0.receive()
            try await $0.acknowledge($0.receivedBytes)
            try await $0.acknowledge(0)
            try await $0.listenOnly()
        },
        HostileCard("says that it lives, and programs nothing", "the card is alive, and programmed nothing for 120 s") {
            peer in
            try await peer.prepare()
            try await peer.repeatForEver(every: .seconds(1)) { try await peer.acknowledge(0) }
        },
        HostileCard("floods with signs of life", "more acknowledgements than any card sends") { peer in
            try await peer.prepare()
            while true { try await peer.acknowledge(0) }
        },
        HostileCard("acknowledges byte by byte", "more acknowledgements than any card sends") { peer in
            try await peer.prepare()
            _ = try await peer.receive()
            for byte in 1...peer.receivedBytes { try await peer.acknowledge(byte) }
            try await peer.listenOnly()
        },
        HostileCard("breaks off an acknowledgement", "sending the image: nothing from the card for") { peer in
            try await peer.prepare()
            try await peer.drip([0x4C, 0x43, 1, 0x83, 0, 0, 0, 2], every: .seconds(3))
            try await peer.listenOnly()
        },
        HostileCard("takes its window back", "sending the image: nothing from the card for 4 s") { peer in
            try await peer.prepare()
            _ = try await peer.receive()
            try await peer.acknowledge(peer.receivedBytes, windowBytes: 0)
            try await peer.listenOnly()
        },
        HostileCard("asks the CE for an image", "sending the image: ") { peer in
            try await peer.prepare()
            _ = try await peer.receive()
            try await peer.write(peer.frame(0x06, 2, [UInt8](repeating: 0, count: 13)))
            try await peer.listenOnly()
        },
        HostileCard("refuses again and again", "the card refuses, FLASH_FAILED: block \u{FFFD}") { peer in
            try await peer.prepare()
            _ = try await peer.receive()
            try await peer.send(.refusal(Refusal(code: .flashFailed, sequence: 2, text: "block \u{7}")))
            try await peer.listenOnly()
        },
        HostileCard("closes after each section", "sending the image: connection lost: Connection reset by peer") {
            peer in
            try await peer.prepare()
            _ = try await peer.receive()
        },
        HostileCard("comes back for ever", "start of the download: the peer closed the connection early") { peer in
            try await peer.greet()
            _ = try await peer.receive()
        },
    ]

    // MARK: The end

    static let endings = [
        HostileCard("has finished after the first section", "unexpected frame: downloadResult") { peer in
            try await peer.prepare()
            _ = try await peer.receive()
            try await peer.sendResult()
            try await peer.listenOnly()
        },
        HostileCard("has another image in the end", "a result for another image") { peer in
            try await peer.takeImage()
            try await peer.sendResult(digest: SHA256().digest())
            try await peer.listenOnly()
        },
        HostileCard("never finishes", "end of the download: nothing from the card for 60 s") { peer in
            try await peer.takeImage()
            try await peer.listenOnly()
        },
        HostileCard("verifies for ever", "end of the download: the card is alive, and programmed nothing for 120 s") {
            peer in
            try await peer.takeImage()
            try await peer.repeatForEver(every: .seconds(20)) { try await peer.acknowledge(peer.receivedBytes) }
        },
        HostileCard("gives the download up in the end", "end of the download: unexpected frame: aborted") { peer in
            try await peer.takeImage()
            try await peer.send(.aborted(Aborted(epoch: 9)))
            try await peer.listenOnly()
        },
    ]
}

extension CardPeer {
    /// Says that it starts, otherwise than it was asked to; then nothing more.
    fileprivate func start(offset: UInt64 = 0, windowBytes: UInt32 = CardPeer.windowBytes) async throws {
        try await greet()
        _ = try await receive()
        try await send(.downloadStarted(DownloadStarted(instance: 1, offset: offset, windowBytes: windowBytes)))
        try await listenOnly()
    }

    /// Takes the whole image, as a good card does, up to the request to verify it.
    fileprivate func takeImage() async throws {
        try await prepare()
        while case .section = try await receive() { try await acknowledge(receivedBytes) }
    }
}
