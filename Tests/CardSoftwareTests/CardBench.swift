import CardSoftware
import FlashModel
import SoftwareImage

/// A card's software on a small flash in memory, and the steps with which most tests begin. No time passes.
struct CardBench {
    /// Program units of 256 bytes, 16 in a block of 4 KiB. Of 14 blocks the first 4 are metadata, then 4 of instance 0, 4 of
    /// instance 1, and 2 spares.
    static let unitBytes = 256
    static let blockBytes = 4096
    static let firstBlocks = [4, 8]
    static let spares = 12..<14
    static let sectionBytes = 1024

    var flash: CardFlash

    init(
        faults: FlashFaults = .none, policy: BootPolicy = BootPolicy(), enduranceCycles: Int? = nil
    ) throws {
        let profile = try FlashProfile(
            name: "bench",
            geometry: FlashGeometry(
                readSize: 16, programSize: Self.unitBytes, eraseSize: Self.blockBytes, blockCount: 14),
            timing: FlashTiming(readUnit: .zero, programUnit: .zero, eraseBlock: .zero),
            enduranceCycles: enduranceCycles)
        try self.init(FlashModel(profile, faults: faults), policy: policy)
    }

    /// A card that is turned on.
    init(_ model: FlashModel, policy: BootPolicy = BootPolicy()) throws {
        flash = try CardFlash(model, factoryVersion: "1.0", policy: policy)
        _ = try flash.start(at: .zero)
    }

    /// One that runs image `a` from instance 1, with nothing else left to do.
    static func running(_ a: TestImage, faults: FlashFaults = .none, policy: BootPolicy = BootPolicy()) throws -> Self {
        var card = try CardBench(faults: faults, policy: policy)
        try card.download(a)
        try card.activate()
        try card.commit()
        return card
    }

    var boot: BootRecord { flash.boot }

    // MARK: Steps

    /// The power goes, and comes again.
    @discardableResult
    mutating func restart(_ change: (inout FlashModel) throws -> Void = { _ in }) throws -> CardFlash.Start {
        var model = flash.model
        model.restorePower()
        try change(&model)
        flash = try CardFlash(model, factoryVersion: "1.0", policy: flash.policy)
        return try flash.start(at: .zero)
    }

    mutating func startDownload(_ image: TestImage, offset: Int = 0) throws -> DownloadProgress {
        try flash.startDownload(image.image, epoch: boot.epoch, offset: offset, at: .zero).progress
    }

    /// Appends what is next of the image, in sections.
    mutating func append(_ image: TestImage, to progress: inout DownloadProgress, upTo end: Int = .max) throws {
        while progress.programmedBytes < min(end, image.bytes.count) {
            let start = progress.programmedBytes
            let section = image.bytes[start..<min(start + Self.sectionBytes, image.bytes.count)]
            let filling = (Self.unitBytes - section.count % Self.unitBytes) % Self.unitBytes
            let padded = Array(section) + [UInt8](repeating: 0xFF, count: filling)
            var scratch = [UInt8](repeating: 0, count: 512)
            _ = try scratch.withUnsafeMutableBytes { scratch in
                try padded.withUnsafeBytes {
                    try flash.append($0, byteCount: section.count, to: &progress, at: .zero, scratch: scratch)
                }
            }
        }
    }

    mutating func download(_ image: TestImage) throws {
        var progress = try startDownload(image)
        try append(image, to: &progress)
        _ = try flash.finishDownload(progress, at: .zero)
    }

    /// Puts the other instance on trial, and boots it.
    mutating func activate() throws {
        _ = try flash.activate(1 - boot.active, epoch: boot.epoch, at: .zero)
        try restart()
    }

    mutating func commit() throws {
        _ = try flash.commit(epoch: boot.epoch, at: .zero)
    }

    // MARK: Looking from outside

    /// What an instance's blocks hold, by the boot record in flash.
    func bytes(ofInstance instance: Int, count: Int) throws -> [UInt8] {
        var reader = try FlashInspection(flash.model).reader(ofInstance: instance, byteCount: count)
        var bytes = [UInt8](repeating: 0, count: count)
        let read = try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
        return Array(bytes[..<read])
    }
}

/// An image whose bytes tell each other apart, and those of another number.
struct TestImage: Sendable {
    let bytes: [UInt8]
    let image: CardFlash.Image

    /// - Parameter byteCount: two and a half blocks, with a part of a program unit at the end.
    init(_ number: UInt64, byteCount: Int = 2 * CardBench.blockBytes + 2100) {
        bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 7) &* 13 &+ Int(number) &* 101) }
        image = CardFlash.Image(
            digest: bytes.withUnsafeBytes { SHA256.digest(of: $0) }, version: "\(number).0", imageBytes: byteCount,
            securityNumber: number)
    }
}

extension SwitchFailure {
    /// Why the rules forbade it; nil when it was the flash.
    var code: String? {
        if case .refused(let code, _) = self { "\(code)" } else { nil }
    }
}
