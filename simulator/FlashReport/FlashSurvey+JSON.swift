import CardProtocol
import CardSoftware
import FlashModel

/// The flash for a program: one object on one line.
extension FlashSurvey {
    package var json: String {
        let geometry = profile.geometry
        let cycles = cycles
        var members: [(String, String)] = [
            ("profile", Self.json(profile.name)),
            ("read_bytes", "\(geometry.readSize)"), ("program_bytes", "\(geometry.programSize)"),
            ("erase_bytes", "\(geometry.eraseSize)"), ("block_count", "\(geometry.blockCount)"),
            ("capacity_bytes", "\(geometry.capacityBytes)"),
            ("instance_capacity_bytes", "\(layout.instanceCapacityBytes)"),
            ("endurance_cycles", profile.enduranceCycles.map { "\($0)" } ?? "null"), ("age", "\(initialCycles)"),
            ("boot_record", recordJSON),
            (
                "cycles",
                Self.object([("least", "\(cycles.least)"), ("mean", "\(cycles.mean)"), ("most", "\(cycles.most)")])
            ),
        ]
        members.append(("life_left", lifeLeft.map { "\($0)" } ?? "null"))
        members.append(("downloads_left", downloadsLeft.map { "\($0)" } ?? "null"))
        let bad = blocks.filter(\.isBad).map { block in
            Self.object([("block", "\(block.number)"), ("spare", block.spare.map { "\($0)" } ?? "null")])
        }
        members.append(("bad_blocks", "[\(bad.joined(separator: ","))]"))
        members.append(("block_cycles", "[\(blocks.map { "\(self.cycles(of: $0))" }.joined(separator: ","))]"))
        return Self.object(members)
    }

    private var recordJSON: String {
        guard let (newest, copies) = record else { return "null" }
        let instances = newest.instances.map { instance in
            Self.object([
                ("version", Self.json(instance.version)), ("valid", "\(instance.isValid)"),
                ("active", "\(instance.isActive)"), ("committed", "\(instance.isCommitted)"),
                ("bytes", "\(instance.imageBytes)"),
            ])
        }
        let trial = newest.trial.map { trial in
            Self.object([
                ("instance", "\(trial.instance)"), ("attempts_left", "\(trial.attemptsLeft)"),
                ("seconds", "\(trial.seconds)"),
            ])
        }
        return Self.object([
            ("sequence", "\(newest.sequence)"), ("epoch", "\(newest.epoch)"), ("copies", "\(copies)"),
            ("instances", "[\(instances.joined(separator: ","))]"), ("trial", trial ?? "null"),
            ("failure", Self.json(newest.failure)),
        ])
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{\(members.map { "\(json($0.0)):\($0.1)" }.joined(separator: ","))}"
    }

    /// A string of RFC 8259, section 7.
    private static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
