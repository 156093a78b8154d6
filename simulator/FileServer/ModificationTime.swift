import Glibc

/// When a file was changed, in UTC, as FTP tells it.
struct ModificationTime: Sendable {
    private let secondsSince1970: Int

    init(_ time: timespec) {
        secondsSince1970 = time.tv_sec
    }

    /// Of an image that was put in another's place: the last second that 32 bits can tell.
    static let ofOtherImage = "20380119031407"

    private var parts: tm {
        var seconds = secondsSince1970
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return parts
    }

    /// `YYYYMMDDHHMMSS` (RFC 3659, section 2.3).
    var digits: String {
        let parts = parts
        return Self.padded(Int(parts.tm_year) + 1900, 4)
            + [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map {
                Self.padded(Int($0), 2)
            }
            .joined()
    }

    /// `Jan 02  2006`, as ls(1) writes a time that is not of the last months.
    var listed: String {
        let parts = parts
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return
            "\(months[Int(parts.tm_mon)]) \(Self.padded(Int(parts.tm_mday), 2))  \(Self.padded(Int(parts.tm_year) + 1900, 4))"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
