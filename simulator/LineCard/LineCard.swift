package import CardProtocol
package import FlashModel
import Links
package import Runtime

/// A line card's software: two instances and a boot record in flash, and the card protocol's server.
///
/// It runs on any loop, over any listener. Owns its flash; all its tasks are methods of it.
package actor LineCard {
    /// Acknowledgements are small, but a donor card sends sections: two of the largest are in flight after the kernel has
    /// doubled it. In bytes.
    package static let sendBufferBytes = 64 << 10
    /// One section beyond the window. It is a card's real memory, too. In bytes.
    package static let receiveBufferBytes = 64 << 10
    /// For the card's listener.
    package static let socketOptions = SocketOptions(
        sendBufferBytes: sendBufferBytes, receiveBufferBytes: receiveBufferBytes)
    /// Connections at once: a CE, its successor, and readers of a donor card. Each costs 3 KiB.
    package static let sessionLimit = 16
    /// How long a new connection may be silent: whoever connects has nothing to wait for.
    package static let helloTimeout = Duration.seconds(10)
    /// How long a card that is out of descriptors waits before it looks for the next connection.
    static let acceptPause = Duration.milliseconds(100)

    package nonisolated let settings: CardSettings
    nonisolated let loop: any Loop
    private let onSessionEnd: @Sendable (Endpoint, SessionEnd) -> Void

    var flash: CardFlash
    /// A download that lost its connection.
    var interrupted: DownloadProgress?
    /// The session that downloads: one at a time.
    var downloader: CardSession?
    /// Opens when a session stops to be the downloader.
    let downloaderLeft: Gate
    private var sessionCount = 0

    /// - Parameters:
    ///   - flash: blank, or as a card has left it.
    ///   - onSessionEnd: told of each connection's end, on the loop: for the card's log.
    /// - Throws: when the flash is too small, cannot be used, or has no valid boot record.
    package init(
        _ settings: CardSettings, flash: FlashModel, loop: any Loop,
        onSessionEnd: @escaping @Sendable (Endpoint, SessionEnd) -> Void = { _, _ in }
    ) throws(CardError) {
        self.settings = settings
        self.loop = loop
        self.onSessionEnd = onSessionEnd
        self.flash = try CardFlash(flash, factoryVersion: settings.factoryVersion)
        downloaderLeft = Gate(loop: loop)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Serves connections until the listener is closed or the task is cancelled; then all sessions end.
    package func serve(_ listener: any Listener) async {
        await withDiscardingTaskGroup { group in
            while true {
                do throws(ConnectionError) {
                    let connection = try await listener.accept()
                    guard sessionCount < Self.sessionLimit else {
                        connection.close()
                        continue
                    }
                    sessionCount += 1
                    group.addTask { await self.serve(connection) }
                } catch .closed, .cancelled {
                    break
                } catch {
                    do { try await loop.sleep(for: Self.acceptPause) } catch { break }
                }
            }
            group.cancelAll()
        }
    }

    /// One session, from its connection to its end.
    private func serve(_ accepted: any Connection) async {
        let (connection, link) = linked(
            accepted, LinkSettings(bitsPerSecond: settings.linkBitsPerSecond, latency: settings.linkLatency), loop: loop
        )
        let session = LoopBound(CardSession(connection, loop: loop), on: loop)
        let end = await withTaskGroup(of: SessionEnd?.self) { group in
            group.addTask { await self.carry(link) }
            group.addTask { await self.receive(session) }
            group.addTask {
                await self.respond(session)
                return nil
            }
            var end = SessionEnd.cancelled
            for await result in group { end = result ?? end }
            return end
        }
        sessionCount -= 1
        onSessionEnd(connection.remoteEndpoint, end)
    }

    /// Carries what the session writes over the card's link, until the connection ends.
    private func carry(_ link: LinkedConnection?) async -> SessionEnd? {
        await link?.pump()
        return nil
    }

    package var identity: CardIdentity {
        CardIdentity(
            slot: settings.slot, hardwareType: settings.hardwareType, serialNumber: settings.serialNumber,
            softwareVersion: flash.boot.instances[flash.boot.active].version, epoch: 1, antiRollback: 0,
            maximumSectionBytes: UInt32(settings.maximumSectionBytes), windowBytes: UInt32(settings.windowBytes),
            instanceCapacityBytes: UInt64(flash.layout.instanceCapacityBytes), instances: flash.boot.instances,
            wear: .none, failure: "", trial: nil,
            interrupted: (downloader?.download?.progress ?? interrupted)?.reported)
    }

    /// A copy of the flash as it is now, for whoever inspects the card or turns its power off.
    package var flashModel: FlashModel { flash.model }
}
