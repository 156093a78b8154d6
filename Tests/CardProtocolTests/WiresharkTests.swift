import CardProtocol
import Foundation
import Testing

/// The dissector in `simulator/wireshark`, in `tshark`, which `make setup-tests` installs.
@Suite struct WiresharkTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "simulator/wireshark/card-protocol.lua").path

    /// - Returns: of each packet with a frame the fields' values, a list of them for each field.
    private func dissect(_ capture: Capture, _ fields: [String]) throws -> [[String]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "capture-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "capture.pcap")
        try Data(capture.bytes).write(to: file)
        let output = folder.appending(path: "output")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["tshark", "-X", "lua_script:\(Self.script)", "-r", file.path, "-Y", "cardproto", "-T", "fields"]
            + fields.flatMap { ["-e", $0] }
        process.environment = ["HOME": folder.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "tshark is missing, or does not take the script: make setup-tests")
        return try String(contentsOf: output, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }

    /// Every sample frame, those of the CE and those of the card each as one stream, in segments of so many bytes.
    private func capture(segmentBytes: Int) -> Capture {
        var capture = Capture()
        for (side, frames) in [(Capture.Side.client, requests), (.server, replies)] {
            let stream = frames.flatMap(\.bytes)
            for start in stride(from: 0, to: stream.count, by: segmentBytes) {
                capture.add(stream[start..<min(start + segmentBytes, stream.count)], from: side)
            }
        }
        return capture
    }

    private var requests: [SampleFrame] { SampleFrame.all.filter { $0.frame.rawValue < 0x80 } }
    private var replies: [SampleFrame] { SampleFrame.all.filter { $0.frame.rawValue >= 0x80 } }

    /// Frames begin and end anywhere in the segments.
    @Test(arguments: [13, 100, 1460]) func everyFrameIsFoundOnAnyPort(segmentBytes: Int) throws {
        let rows = try dissect(
            capture(segmentBytes: segmentBytes), ["cardproto.type", "cardproto.sequence", "cardproto.malformed"])
        let types = rows.flatMap { $0[0].split(separator: ",") }.map { Int($0.dropFirst(2), radix: 16) }
        #expect(types == (requests + replies).map { Int($0.frame.rawValue) })
        let sequences = rows.flatMap { $0[1].split(separator: ",") }.map { UInt32($0) }
        #expect(sequences == (requests + replies).map(\.sequence))
        #expect(rows.allSatisfy { $0[2].isEmpty })
    }

    @Test func fieldsAreReadAsTheCodecReadsThem() throws {
        let rows = try dissect(
            capture(segmentBytes: 1460),
            ["cardproto.slot", "cardproto.hardware_type", "cardproto.serial_number", "cardproto.software_version"])
        let identities = replies.compactMap { frame -> CardIdentity? in
            if case .reply(.identity(let identity)) = frame.message { identity } else { nil }
        }
        #expect(identities.count > 1)
        func values(_ column: Int) -> [String] { rows.flatMap { $0[column].split(separator: ",").map(String.init) } }
        #expect(values(0) == identities.map { "\($0.slot)" })
        #expect(values(1) == identities.map(\.hardwareType))
        #expect(values(2) == identities.map(\.serialNumber))
        #expect(values(3) == identities.map(\.softwareVersion))
    }

    @Test func whatIsNotTheProtocolIsLeftAlone() throws {
        var capture = Capture()
        capture.add(Array("LCd is no magic and version, and GET / is none either".utf8), from: .client)
        capture.add(Array("220 service ready\r\n".utf8), from: .server)
        #expect(try dissect(capture, ["cardproto.type"]) == [])
    }
}
