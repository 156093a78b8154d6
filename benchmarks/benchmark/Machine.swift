import CCurl
import Glibc
import Reports

/// What the figures were measured on, and when.
struct Machine {
    private var facts: [(name: String, value: String)] = []

    static func look(in workshop: Workshop) async -> Machine {
        var machine = Machine()
        machine.add("date", date)
        machine.add("processor", processor)
        machine.add("cores", "\(sysconf(CInt(_SC_NPROCESSORS_ONLN)))")
        machine.add("memory", memory)
        machine.add("kernel", kernel)
        machine.add("busy before", busy)
        machine.add("Swift", await swift(in: workshop))
        machine.add("libraries", libraries)
        machine.add("commit", await commit(in: workshop))
        return machine
    }

    private mutating func add(_ name: String, _ value: String?) {
        facts.append((name, value ?? "not known"))
    }

    var markdown: String {
        (["| | |", "| --- | --- |"] + facts.map { "| \($0.name) | \($0.value) |" }).joined(separator: "\n")
    }

    private static var date: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 64)
        strftime(&text, text.count, "%Y-%m-%d %H:%M UTC", &parts)
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    private static var processor: String? {
        TextFile.field("model name", in: "/proc/cpuinfo")
    }

    private static var memory: String? {
        TextFile.memoryField("MemTotal", in: "/proc/meminfo").map { ReportText.bytes($0) }
    }

    private static var kernel: String? {
        TextFile.read("/proc/sys/kernel/osrelease").map(firstLine)
    }

    /// What else ran: figures of a busy machine are worth less.
    private static var busy: String? {
        TextFile.read("/proc/loadavg").flatMap { $0.split(separator: " ").first }
            .map { "\($0) tasks on average over a minute (load average)" }
    }

    private static var libraries: String {
        String(cString: curl_version()).split(separator: " ")
            .filter { $0.hasPrefix("libcurl/") || $0.hasPrefix("OpenSSL/") }
            .map { $0.split(separator: "/").joined(separator: " ") }.joined(separator: ", ")
    }

    private static func swift(in workshop: Workshop) async -> String? {
        guard let text = try? await workshop.run("/usr/bin/env", ["swift", "--version"]).output,
            let start = text.firstRange(of: "Swift version ")
        else { return nil }
        return String(text[start.upperBound...].prefix { $0 != " " && !$0.isNewline })
    }

    private static func commit(in workshop: Workshop) async -> String? {
        guard let head = try? await workshop.run("/usr/bin/env", ["git", "rev-parse", "--short=10", "HEAD"]),
            head.isSuccess,
            let changes = try? await workshop.run(
                "/usr/bin/env",
                ["git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)BENCHMARKS.md"])
        else { return nil }
        return firstLine(head.output) + (changes.isSuccess && changes.output.isEmpty ? "" : ", with changes on top")
    }

    private static func firstLine(_ text: String) -> String {
        text.split(separator: "\n").first.map(String.init) ?? ""
    }
}
