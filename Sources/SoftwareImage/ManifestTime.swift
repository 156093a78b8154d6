/// An instant in a manifest: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX.1, 4.19), up to the year 9999.
package struct ManifestTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 9999-12-31T23:59:59Z
    package static let latest = ManifestTime(seconds: 253_402_300_799)!

    /// At least 1: 0 stands for no time where there may be none.
    package let seconds: UInt64

    package init?(seconds: UInt64) {
        guard seconds > 0, seconds <= 253_402_300_799 else { return nil }
        self.seconds = seconds
    }

    /// Reads `2027-06-30T12:00:00Z`, or `2027-06-30` for its first second; nil for anything else, and for days that there are not.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let form = Array("0000-00-00T00:00:00Z".utf8)
        guard bytes.count == form.count || bytes.count == 10 else { return nil }
        for (byte, expected) in zip(bytes, form) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return nil }
        }
        func number(_ start: Int, _ count: Int) -> Int {
            bytes[start..<start + count].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
        let hasTime = bytes.count > 10
        let (hour, minute, second) = hasTime ? (number(11, 2), number(14, 2), number(17, 2)) : (0, 0, 0)
        guard year >= 1970, (1...12).contains(month), hour < 24, minute < 60, second < 60 else { return nil }
        let days = Self.days(year, month, day)
        guard Self.date(days) == (year, month, day) else { return nil }
        self.init(seconds: UInt64(days * 86_400 + hour * 3600 + minute * 60 + second))
    }

    /// `2027-06-30T12:00:00Z`
    package var description: String {
        let (year, month, day) = Self.date(Int(seconds / 86_400))
        let rest = Int(seconds % 86_400)
        func padded(_ value: Int, _ width: Int = 2) -> String {
            let digits = "\(value)"
            return String(repeating: "0", count: width - digits.count) + digits
        }
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))T"
            + "\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))Z"
    }

    package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

    /// Days since 1970-01-01 in the Gregorian calendar, for years from 1970 on (H. Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", days_from_civil): years begin in March, so that the leap day is their last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The other way (civil_from_days).
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
