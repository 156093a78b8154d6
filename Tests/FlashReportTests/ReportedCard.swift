import CardSoftware
import FlashModel
import FlashReport
import SoftwareImage

/// A card's software on a small flash in memory: of 14 blocks of 4 KiB the first 4 are metadata, then 4 of instance 0, 4 of
/// instance 1, and 2 spares.
enum ReportedCard {
    static func profile(endurance: Int? = 100, blockCount: Int = 14) throws -> FlashProfile {
        try FlashProfile(
            name: "bench",
            geometry: FlashGeometry(readSize: 16, programSize: 256, eraseSize: 4096, blockCount: blockCount),
            timing: FlashTiming(readUnit: .zero, programUnit: .zero, eraseBlock: .zero), enduranceCycles: endurance)
    }

    /// One that has a factory record and nothing else.
    static func new(_ profile: FlashProfile, faults: FlashFaults = .none) throws -> CardFlash {
        var card = try CardFlash(FlashModel(profile, faults: faults), factoryVersion: "1.0")
        _ = try card.start(at: .zero)
        return card
    }

    /// Downloads three blocks into the instance that does not run.
    static func download(_ version: String, to card: inout CardFlash) throws {
        let bytes = (0..<12_288).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
        let image = CardFlash.Image(
            digest: bytes.withUnsafeBytes { SHA256.digest(of: $0) }, version: version, imageBytes: bytes.count,
            securityNumber: 0)
        var progress = try card.startDownload(image, epoch: card.boot.epoch, offset: 0, at: .zero).progress
        var scratch = [UInt8](repeating: 0, count: 512)
        _ = try scratch.withUnsafeMutableBytes { scratch in
            try bytes.withUnsafeBytes { bytes in
                try card.append(bytes, byteCount: bytes.count, to: &progress, at: .zero, scratch: scratch)
            }
        }
        _ = try card.finishDownload(progress, at: .zero)
    }
}
