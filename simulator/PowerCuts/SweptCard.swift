import CardProtocol
import CardSoftware
import FlashModel
import SoftwareImage

/// An image of the sweep.
struct SweepImage: Sendable {
    let bytes: [UInt8]
    let digest: ImageDigest
    let image: CardFlash.Image

    init(byteCount: Int, version: String, number: UInt64, seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        bytes = (0..<byteCount).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        digest = bytes.withUnsafeBytes { SHA256.digest(of: $0) }
        image = CardFlash.Image(digest: digest, version: version, imageBytes: byteCount, securityNumber: number)
    }
}

/// A card, and a CE that knows what it wants: it looks at the card, and does what is still missing.
struct SweptCard {
    /// Where a step ended before its goal.
    enum Interruption: Error {
        case powerLost
        case violation(Violation)
    }

    var flash: CardFlash
    let sectionBytes: Int
    let defect: PlantedDefect?
    /// Of the download that runs: what the card has said to be programmed.
    var acknowledged = 0
    init(_ model: FlashModel, sectionBytes: Int, defect: PlantedDefect?) throws(Interruption) {
        self.sectionBytes = sectionBytes
        self.defect = defect
        do { flash = try CardFlash(model, factoryVersion: "1", defect: defect) } catch {
            throw Self.interruption(error)
        }
    }

    static func interruption(_ error: CardError) -> Interruption {
        error == .flash(.powerLost) ? .powerLost : .violation(Violation("the card does not start: \(error)"))
    }

    private func interruption(_ error: SwitchFailure, _ request: String) -> Interruption {
        switch error {
        case .flash(.powerLost): .powerLost
        case .flash(let failure): .violation(Violation("\(request): \(failure)"))
        case .refused(let code, let text): .violation(Violation("\(request) was refused: \(code), \(text)"))
        }
    }

    private mutating func ask<Answer>(
        _ request: String, _ body: (inout CardFlash) throws(SwitchFailure) -> Answer
    ) throws(Interruption) -> Answer {
        do { return try body(&flash) } catch { throw interruption(error, request) }
    }

    // MARK: Steps

    /// Turns the card off and on, and lets it boot.
    mutating func restart() throws(Interruption) {
        do throws(CardError) {
            flash = try CardFlash(flash.model, factoryVersion: "1", defect: defect)
            _ = try flash.start(at: .zero)
        } catch {
            throw Self.interruption(error)
        }
    }

    /// Sees to it that the instance that does not run holds the image.
    ///
    /// - Parameter limit: stops when so many bytes are programmed.
    mutating func download(_ image: SweepImage, upTo limit: Int = .max) throws(Interruption) {
        let other = 1 - flash.boot.active
        if flash.boot.instances[other].isValid && flash.boot.instances[other].digest == image.digest { return }
        let epoch = flash.boot.epoch
        var offset = 0
        if let interrupted = flash.interrupted,
            interrupted.isOf(digest: image.digest, imageBytes: image.bytes.count)
        {
            offset = interrupted.programmedBytes / sectionBytes * sectionBytes
        }
        var progress = try ask("startDownload") { flash throws(SwitchFailure) in
            try flash.startDownload(image.image, epoch: epoch, offset: offset, at: .zero).progress
        }
        acknowledged = progress.programmedBytes
        while progress.programmedBytes < min(image.bytes.count, limit) {
            // A card with that defect has told so before it programmed.
            defer { if defect == .earlyAcknowledgement { acknowledged = progress.programmedBytes } }
            try append(image, to: &progress)
            acknowledged = progress.programmedBytes
        }
        flash.keep(progress)
        guard limit == .max else { return }
        try ask("endDownload") { flash throws(SwitchFailure) in _ = try flash.finishDownload(progress, at: .zero) }
    }

    /// Begins a download, and gives it up: two boot records.
    mutating func abandonDownload(_ image: SweepImage) throws(Interruption) {
        let epoch = flash.boot.epoch
        try ask("startDownload") { flash throws(SwitchFailure) in
            _ = try flash.startDownload(image.image, epoch: epoch, offset: 0, at: .zero)
        }
        let next = flash.boot.epoch
        try ask("abort") { flash throws(SwitchFailure) in _ = try flash.abort(epoch: next, at: .zero) }
    }

    private mutating func append(_ image: SweepImage, to progress: inout DownloadProgress) throws(Interruption) {
        let start = progress.programmedBytes
        let count = min(sectionBytes - start % sectionBytes, image.bytes.count - start)
        let unit = flash.layout.geometry.programSize
        var padded = Array(image.bytes[start..<start + count])
        padded += [UInt8](repeating: 0xFF, count: (unit - count % unit) % unit)
        var scratch = [UInt8](repeating: 0, count: 1024)
        var span = scratch.mutableSpan
        do throws(FlashFailure) {
            try span.withUnsafeMutableBytes { (scratch) throws(FlashFailure) in
                try padded.span.withUnsafeBytes { (bytes) throws(FlashFailure) in
                    _ = try flash.append(bytes, byteCount: count, to: &progress, at: .zero, scratch: scratch)
                }
            }
        } catch .blockLost {
            // The card has said from where on it wants the image again.
            return
        } catch {
            throw error == .powerLost ? .powerLost : .violation(Violation("a section was not programmed: \(error)"))
        }
    }

    /// Puts the other instance on trial, unless that was accepted before, and lets the card boot.
    ///
    /// - Parameter epoch: as it was before the first request.
    mutating func activate(epoch: UInt64) throws(Interruption) {
        if flash.boot.epoch == epoch {
            let other = 1 - flash.boot.active
            try ask("activate") { flash throws(SwitchFailure) in _ = try flash.activate(other, epoch: epoch, at: .zero)
            }
            try restart()
        }
    }

    mutating func commit() throws(Interruption) {
        guard flash.boot.trial != nil else { return }
        let epoch = flash.boot.epoch
        try ask("commit") { flash throws(SwitchFailure) in _ = try flash.commit(epoch: epoch, at: .zero) }
    }

    mutating func rollBack() throws(Interruption) {
        if flash.boot.trial != nil {
            let epoch = flash.boot.epoch
            try ask("rollBack") { flash throws(SwitchFailure) in
                _ = try flash.rollBack(epoch: epoch, reason: "rolled back", at: .zero)
            }
        }
        try restart()
    }

    mutating func expire() throws(Interruption) {
        if flash.boot.trial != nil {
            do { try flash.endTrial("not committed", at: .zero) } catch {
                throw error == .powerLost ? .powerLost : .violation(Violation("the trial does not end: \(error)"))
            }
        }
        try restart()
    }

    mutating func failToBoot() throws(Interruption) {
        for _ in 0...flash.policy.attempts where flash.boot.trial != nil { try restart() }
    }

    mutating func readOut(_ instance: Int) throws(Interruption) {
        var bytes = [UInt8](repeating: 0, count: Int(flash.boot.instances[instance].imageBytes))
        var span = bytes.mutableSpan
        do throws(FlashError) {
            try span.withUnsafeMutableBytes { (buffer) throws(FlashError) in
                _ = try flash.read(instance: instance, offset: 0, into: buffer, at: .zero)
            }
        } catch {
            throw .violation(Violation("the image cannot be read: \(error)"))
        }
    }
}
