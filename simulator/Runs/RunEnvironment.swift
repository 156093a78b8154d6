import Glibc
import Reports
import Runtime

/// On what a run was made: for whoever compares two of them.
enum RunEnvironment {
    /// - Parameter program: who ran it, and its version.
    static func facts(program: String, clock: RunClock) -> [RunFacts.Fact] {
        var facts = [RunFacts.Fact("program", program)]
        // A run on the virtual clock is the same on every machine and every day.
        guard clock == .real else { return facts }
        facts.append(.init("date", date))
        for (name, value) in [("processor", processor), ("memory", memory), ("kernel", kernel), ("load", load)] {
            if let value { facts.append(.init(name, value)) }
        }
        return facts
    }

    private static var date: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 64)
        strftime(&text, text.count, "%Y-%m-%d %H:%M:%S UTC", &parts)
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    private static var processor: String? {
        let cores = sysconf(CInt(_SC_NPROCESSORS_ONLN))
        let name = field("model name", in: "/proc/cpuinfo") ?? "unknown"
        return "\(ReportText.count(cores, "core")), \(name)"
    }

    private static var memory: String? {
        field("MemTotal", in: "/proc/meminfo").flatMap { Int($0.prefix { $0.isNumber }) }
            .map { ReportText.bytes($0 * 1024) }
    }

    private static var kernel: String? {
        lines(of: "/proc/sys/kernel/osrelease").first
    }

    /// Figures of a busy machine are worth less.
    private static var load: String? {
        lines(of: "/proc/loadavg").first?.split(separator: " ").first
            .map { "\($0) tasks on average over the last minute" }
    }

    private static func field(_ name: String, in path: String) -> String? {
        for line in lines(of: path) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].prefix(while: { $0 != "\t" }).trimmed == name else { continue }
            return parts[1].trimmed
        }
        return nil
    }

    /// Of a small file, proc(5).
    private static func lines(of path: String) -> [String] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
