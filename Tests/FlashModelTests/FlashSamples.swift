import FlashModel
import Glibc

/// A small flash that is quick to fill: read 2, program 32, erase 256 bytes, 8 blocks; times that tell each other apart.
func smallProfile(
    readSize: Int = 2, programSize: Int = 32, eraseSize: Int = 256, blockCount: Int = 8, erasedValue: UInt8 = 0xFF
) throws -> FlashProfile {
    try FlashProfile(
        name: "small",
        geometry: FlashGeometry(
            readSize: readSize, programSize: programSize, eraseSize: eraseSize, blockCount: blockCount),
        timing: FlashTiming(
            readUnit: .nanoseconds(100), readByte: .nanoseconds(1), programUnit: .microseconds(10),
            eraseBlock: .milliseconds(5)),
        enduranceCycles: 10, erasedValue: erasedValue)
}

func pattern(_ count: Int, _ seed: Int = 1) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 7 &+ seed) ^ ($0 >> 5)) }
}

/// The storages keep the same promises.
enum StorageKind: CaseIterable, Sendable {
    case memory, file

    func model(
        _ profile: FlashProfile, in folder: TemporaryFolder, faults: FlashFaults = .none
    ) throws -> FlashModel {
        switch self {
        case .memory: FlashModel(profile, faults: faults)
        case .file:
            FlashModel(
                profile, storage: try FileFlashStorage(path: folder.path("flash"), profile: profile, faults: faults),
                faults: faults)
        }
    }
}

/// `smallProfile` with longest times of ten times the typical ones, which it reaches at 1,000 cycles.
func agingProfile(unitsPerBlock: Int = 8) throws -> FlashProfile {
    try FlashProfile(
        name: "aging",
        geometry: FlashGeometry(readSize: 2, programSize: 32, eraseSize: 32 * unitsPerBlock, blockCount: 8),
        timing: FlashTiming(
            readUnit: .nanoseconds(100), programUnit: .microseconds(10), eraseBlock: .milliseconds(5),
            longestProgramUnit: .microseconds(100), longestEraseBlock: .milliseconds(50)),
        enduranceCycles: 1000)
}

func faults(_ change: (inout FlashFaults) -> Void) -> FlashFaults {
    var faults = FlashFaults()
    change(&faults)
    return faults
}

extension FlashModel {
    mutating func readBytes(_ address: Int, _ count: Int, at time: Duration = .zero) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { _ = try read(address: address, into: $0, at: time) }
        return bytes
    }

    mutating func program(_ bytes: [UInt8], at address: Int, at time: Duration = .zero) throws -> Duration {
        try bytes.withUnsafeBytes { try program(address: address, bytes: $0, at: time) }
    }

    func contents(_ address: Int, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try peek(address: address, into: $0) }
        return bytes
    }
}

/// A folder of one test's own, removed with everything in it.
final class TemporaryFolder: Sendable {
    let root: String

    init() {
        var template = Array("/tmp/flash-test-XXXXXX".utf8CString)
        root = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    var names: [String] {
        guard let folder = opendir(root) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func clear() {
        for name in names { unlink(path(name)) }
    }

    deinit {
        clear()
        rmdir(root)
    }
}
