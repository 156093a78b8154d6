import FlashModel

/// A case as a scenario file.
extension ExploredCase {
    /// - Parameter violation: why it was written.
    package func scenario(_ violation: Violation) -> String {
        var lines = [
            "# Found by simulator explore, seed \(seed), and made as small as it fails: \(violation.text)",
            "name: explored-\(seed)",
            "seed: \(seed)",
            "timeout: 3600s",
            "server: {protocol: ftp\(Self.link(server))}",
            "images:",
            "  image-2.0: {size: \(image.byteCount)B, version: 2.0.0}",
            "ce: {memory: \(pool.bytes / 1024)KiB, block: \(ExplorationLimits.blockBytes / 1024)KiB}",
            "kinds:",
            "  olt: {image: image-2.0}",
            "groups:",
            "  explored:",
            "    kind: olt",
            "    stall: \(stalls.rawValue)",
            "    after: \(goal.rawValue)",
            "    slots: [\(cards.map { "\($0.slot)" }.joined(separator: ", "))]",
            "    cards:",
        ]
        lines += cards.map { "      slot-\($0.slot): \($0.text(badBlocks: faults(of: $0.slot)))" }
        let timed = faults.compactMap(\.text)
        if !timed.isEmpty { lines += ["faults:"] + timed.map { "  - \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    fileprivate static func link(_ link: Link) -> String {
        var fields: [String] = []
        if let rate = link.megabitsPerSecond { fields.append("rate: \(rate)Mbit") }
        if link.latencyMilliseconds > 0 { fields.append("latency: \(link.latencyMilliseconds)ms") }
        return fields.isEmpty ? "" : ", link: {\(fields.joined(separator: ", "))}"
    }
}

extension ExploredCase.Card {
    fileprivate func text(badBlocks faults: [ExploredFault]) -> String {
        var flash = ["profile: \(flash.rawValue)", "scale: \(flash.scale)", "size: 512KiB"]
        if slowness != 1 { flash.append("slow: \(slowness)") }
        for fault in faults {
            switch fault.kind {
            case .badBlock(let block, let behaviour):
                flash.append("bad_blocks: [{block: \(block), fault: \(behaviour.text)}]")
            case .bitFlips(let perMillion): flash.append("bit_flips: \(Double(perMillion) / 1_000_000)")
            default: break
            }
        }
        let block = ExplorationLimits.blockBytes / 1024
        return "{flash: {\(flash.joined(separator: ", "))}\(ExploredCase.link(link)), window: \(4 * block)KiB, "
            + "section: \(block)KiB}"
    }
}

extension BlockFault.Behaviour {
    fileprivate var text: String {
        switch self {
        case .programError: "program-error"
        case .eraseError: "erase-error"
        case .readError: "read-error"
        case .programNoop: "program-noop"
        case .eraseNoop: "erase-noop"
        }
    }
}

extension ExploredFault {
    /// The line of a scenario's `faults`; nil for what stands among a card's settings.
    fileprivate var text: String? {
        let target = slot.map { "slot \($0)" } ?? (isOfCE ? "ce" : "server")
        func fault(_ cue: String, _ action: String) -> String { "{target: \(target), at: {\(cue)}, do: \(action)}" }
        let time = "time: \(atMilliseconds)ms"
        switch kind {
        case .badBlock, .bitFlips: return nil
        case .powerLoss(let operation, let torn, let away):
            return fault("flash_operation: \(operation)", "power_loss, left: \(torn.name), for: \(away)ms")
        case .restart(let away): return fault(time, "restart, after: \(away)ms")
        case .kill: return fault(time, "kill")
        case .replace(let away): return fault(time, "insert, card: other, after: \(away)ms")
        case .hold(let milliseconds): return fault(time, "partition, for: \(milliseconds)ms")
        case .reset: return fault(time, "reset_peer")
        case .lostReply(let reply): return "{target: \(target), do: lost_reply, request: \(reply.rawValue), count: 1}"
        case .corrupt: return fault(time, "corrupt, direction: down, byte: 0B")
        case .rot: return fault(time, "bit_rot_after_verify")
        case .failsToBoot: return "{target: \(target), do: fail_to_boot}"
        case .serverCloses(let byte): return "{target: server, do: close_at, byte: \(byte)B}"
        case .serverStalls(let byte, let milliseconds):
            return "{target: server, at: {offset: \(byte)B}, do: stall_at, for: \(milliseconds)ms}"
        case .serverIgnoresRest(let byte):
            return "{target: server, do: close_at, byte: \(byte)B}\n  - {target: server, do: ignore_rest}"
        case .serverIsGone(let byte): return "{target: server, at: {offset: \(byte)B}, do: refuse}"
        case .restartCE(let away): return fault(time, "ce_restart, after: \(away)ms")
        case .setMemory(let blocks):
            return fault(time, "set_memory, to: \(blocks * ExplorationLimits.blockBytes / 1024)KiB")
        }
    }

    private var isOfCE: Bool {
        switch kind {
        case .restartCE, .setMemory: true
        default: false
        }
    }
}
