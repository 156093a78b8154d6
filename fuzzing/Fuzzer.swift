import Glibc

/// A reader of foreign bytes, as it is fuzzed: whatever comes, it returns or throws.
enum Fuzzer: String, CaseIterable {
    case frames
    case requests
    case replies
    case names
    case manifest
    case plan
    case scenario
    case bootRecord = "boot-record"
    case ftp
    case http

    /// The one that the environment names in FUZZER; ends the process when there is none.
    static let chosen: Fuzzer = {
        let name = getenv("FUZZER").map { String(cString: $0) } ?? ""
        guard let fuzzer = Fuzzer(rawValue: name) else {
            fputs("FUZZER=\(name): expected one of \(allCases.map(\.rawValue).joined(separator: ", "))\n", stderr)
            exit(64)
        }
        return fuzzer
    }()

    func run(_ bytes: [UInt8]) {
        switch self {
        case .frames: FrameFuzzing.read(bytes)
        case .requests: FrameFuzzing.decodeRequest(bytes)
        case .replies: FrameFuzzing.decodeReply(bytes)
        case .names: TextFuzzing.readName(bytes)
        case .manifest: TextFuzzing.readManifest(bytes)
        case .plan: TextFuzzing.readPlan(bytes)
        case .scenario: TextFuzzing.readScenario(bytes)
        case .bootRecord: StoredFuzzing.readBootRecord(bytes)
        case .ftp: TextFuzzing.readCommands(bytes)
        case .http: TextFuzzing.readRequest(bytes)
        }
    }
}

/// What libFuzzer calls (LLVM's libFuzzer documentation, "Fuzz Target").
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzzer.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
