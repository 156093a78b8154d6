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

    func model(_ profile: FlashProfile, in folder: TemporaryFolder) throws -> FlashModel {
        switch self {
        case .memory: FlashModel(profile)
        case .file: FlashModel(profile, storage: try FileFlashStorage(path: folder.path("flash"), profile: profile))
        }
    }
}

extension FlashModel {
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

    deinit {
        for name in names { unlink(path(name)) }
        rmdir(root)
    }
}
