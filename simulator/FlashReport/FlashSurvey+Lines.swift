import CardProtocol
import CardSoftware
import FlashModel

/// The flash as a table for a person.
extension FlashSurvey {
    private static let labelWidth = 14
    /// Where a list goes on in the next line.
    private static let lineWidth = 100

    /// The table, and the map behind it.
    package var lines: [String] {
        tableLines + [""] + mapLines
    }

    package var tableLines: [String] {
        var lines: [String] = []
        func add(_ label: String, _ text: String) {
            lines.append(label + String(repeating: " ", count: Self.labelWidth - label.count) + text)
        }
        add("part", partText)
        let geometry = profile.geometry
        add(
            "geometry",
            "\(geometry.blockCount) erase blocks of \(Self.bytes(geometry.eraseSize)), programmed by \(Self.bytes(geometry.programSize)), "
                + "read by \(Self.bytes(geometry.readSize))")
        add(
            "capacity",
            "\(Self.bytes(geometry.capacityBytes)); each instance has room for \(Self.bytes(layout.instanceCapacityBytes))"
        )
        for (label, text) in recordTexts { add(label, text) }
        add("blocks", blocksText)
        let cycles = cycles
        add("erase counts", "least \(cycles.least), mean \(Self.tenths(cycles.mean)), most \(cycles.most)")
        var label = "bad blocks"
        for line in badBlockLines {
            add(label, line)
            label = ""
        }
        add("life left", lifeText)
        return lines
    }

    private var partText: String {
        let promise = profile.enduranceCycles.map { "promises \($0) cycles" } ?? "lives for ever"
        return "\(Self.printable(profile.name)), \(promise)" + (initialCycles > 0 ? ", came with \(initialCycles)" : "")
    }

    // MARK: Boot record

    private var recordTexts: [(String, String)] {
        guard let (newest, copies) = record else { return [("boot record", "none: \(recordProblem)")] }
        var texts = [
            (
                "boot record",
                "sequence \(newest.sequence), epoch \(newest.epoch), \(copies) whole \(copies == 1 ? "copy" : "copies")"
            )
        ]
        for (index, instance) in newest.instances.enumerated() {
            texts.append(("instance \(index)", Self.text(of: instance)))
        }
        if let trial = newest.trial {
            texts.append(
                (
                    "trial",
                    "instance \(trial.instance), boots left: \(trial.attemptsLeft), \(trial.seconds) s each to be committed"
                ))
        } else {
            texts.append(("trial", "none"))
        }
        if let download = newest.download {
            texts.append(
                (
                    "download",
                    "version \(Self.printable(download.version)), \(download.imageBytes) bytes, goes into instance \(download.instance)"
                ))
        }
        if !newest.failure.isEmpty { texts.append(("failure", Self.printable(newest.failure))) }
        return texts
    }

    private static func text(of instance: InstanceState) -> String {
        let version = instance.version.isEmpty ? "no version" : "version \(printable(instance.version))"
        var words = [version, instance.isValid ? "valid" : "not valid"]
        if instance.isActive { words.append("active") }
        if instance.isCommitted { words.append("committed") }
        // The factory's software is not in the flash.
        if instance.isValid { words.append(instance.imageBytes == 0 ? "not in flash" : "\(instance.imageBytes) bytes") }
        return words.joined(separator: ", ")
    }

    // MARK: Blocks

    private var blocksText: String {
        func count(_ use: FlashSurveyBlock.Use) -> Int { blocks.count { $0.use == use } }
        let free = blocks.count { $0.use == .spare && $0.standsFor == nil && !$0.isBad }
        var text =
            "\(count(.metadata)) metadata, \(count(.instance(0))) of each instance, \(count(.spare)) spare (\(free) free)"
        if count(.unused) > 0 { text += ", \(count(.unused)) unused" }
        return text
    }

    private var badBlockLines: [String] {
        let bad = blocks.filter(\.isBad)
        guard !bad.isEmpty else { return ["none"] }
        var lines = ["\(bad.count): "]
        for (index, block) in bad.enumerated() {
            let place = block.spare.map { "\(block.number) (now in \($0))" } ?? "\(block.number)"
            let text = place + (index == bad.count - 1 ? "" : ", ")
            if lines[lines.count - 1].count + text.count > Self.lineWidth - Self.labelWidth { lines.append("") }
            lines[lines.count - 1] += text
        }
        return lines.map { line in line.last == " " ? String(line.dropLast()) : line }
    }

    private var lifeText: String {
        guard let lifeLeft, let downloadsLeft else { return "without end" }
        let basis = blocks.contains { $0.erases > 0 } ? "at the rate so far" : "into the two instances in turn"
        return "\(Self.tenths(lifeLeft * 100)) %, about \(downloadsLeft) downloads \(basis)"
    }

    // MARK: Texts

    /// In the largest unit that leaves a whole number.
    static func bytes(_ count: Int) -> String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where count > 0 && count % (1 << shift) == 0 {
            return "\(count >> shift) \(unit)"
        }
        return count == 1 ? "1 byte" : "\(count) bytes"
    }

    /// Rounded down: who has 99.99 % left has not 100.
    static func tenths(_ value: Double) -> String {
        let tenths = Int(value * 10 + 1e-9)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// What a file says might move the terminal's cursor.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? "?" : $0 }))
    }
}
