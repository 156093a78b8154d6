import FoundationEssentials

/// What a running CE answers: one line of JSON.
package enum ControlReply: Equatable, Sendable {
    case status(ControlStatus)
    /// A setting was changed.
    case changed(ControlChange)
    /// A sentence that says why not.
    case refused(String)

    private struct Line: Codable {
        var ok: Bool
        var error: String?
        var status: ControlStatus?
        var change: ControlChange?
    }

    /// - Returns: nil when the line is no reply.
    package init?(line: [UInt8]) {
        guard let line = try? line.withUnsafeBytes({ try JSONDecoder().decode(Line.self, from: Data($0)) }) else {
            return nil
        }
        if let status = line.status {
            self = .status(status)
        } else if let change = line.change {
            self = .changed(change)
        } else if let error = line.error {
            self = .refused(error)
        } else {
            return nil
        }
    }

    /// Without a line break. Of a status without its cards: they are told in slices.
    var line: [UInt8] {
        switch self {
        case .status(let status): JSONText.bytes(of: Line(ok: true, status: status))
        case .changed(let change): JSONText.bytes(of: Line(ok: true, change: change))
        case .refused(let error): JSONText.bytes(of: Line(ok: false, error: error))
        }
    }
}

/// A setting that was changed, as texts that a plan could have.
package struct ControlChange: Codable, Equatable, Sendable {
    package var setting: String
    package var before: String
    package var now: String

    package init(setting: String, before: String, now: String) {
        self.setting = setting
        self.before = before
        self.now = now
    }
}
