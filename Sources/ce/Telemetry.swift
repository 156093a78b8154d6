import Glibc
import Reports
import Runtime

/// What this process costs: memory as the kernel counts it, and processor time.
struct Telemetry {
    private var maximumAnonymousBytes = 0

    /// How often memory is looked at: the pool lives longer than that.
    static let samplePeriod: Duration = .milliseconds(100)

    mutating func sample() {
        maximumAnonymousBytes = max(maximumAnonymousBytes, Self.statusField("RssAnon") ?? 0)
    }

    /// - Parameter kernelSendBytesLimit: what the kernel may hold for the process at most, in bytes.
    mutating func report(kernelSendBytesLimit: Int) -> ResourceReport {
        sample()
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return ResourceReport(
            maximumResidentBytes: Self.statusField("VmHWM") ?? 0, maximumAnonymousBytes: maximumAnonymousBytes,
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), kernelSendBytesLimit: kernelSendBytesLimit)
    }

    /// What is resident now.
    static var residentBytes: Int? { statusField("VmRSS") }

    /// A field of /proc/self/status that is given in kB, in bytes (proc(5)). Not ru_maxrss: that begins with what the parent
    /// had when it started this process.
    private static func statusField(_ name: String) -> Int? {
        guard let file = fopen("/proc/self/status", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let words = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
                .split(whereSeparator: { $0 == "\t" || $0 == " " || $0 == ":" })
            if words.count >= 2, words[0] == name, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
        }
        return nil
    }
}
