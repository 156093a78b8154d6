import SoftwareImage
import Testing

@Suite struct ManifestTimeTests {
    static let times: [(text: String, seconds: UInt64)] = [
        ("1970-01-01T00:00:01Z", 1), ("2000-02-29T00:00:00Z", 951_782_400), ("2026-11-27T21:00:00Z", 1_795_813_200),
        ("2038-01-19T03:14:08Z", 2_147_483_648), ("2100-03-01T00:00:00Z", 4_107_542_400),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ]

    @Test(arguments: times) func aTimeIsReadAndWritten(sample: (text: String, seconds: UInt64)) throws {
        let time = try #require(ManifestTime(sample.text))
        #expect(time.seconds == sample.seconds)
        #expect(time.description == sample.text)
    }

    @Test func aDayIsItsFirstSecond() {
        #expect(ManifestTime("2027-06-30") == ManifestTime("2027-06-30T00:00:00Z"))
    }

    /// Every day from 1970 to 2500 is the one after the day before.
    @Test func theCalendarHasNoGap() throws {
        var previous = "1970-01-01"
        for day in 1..<193_000 {
            let time = try #require(ManifestTime(seconds: UInt64(day) * 86_400))
            let text = String(time.description.prefix(10))
            #expect(text > previous && ManifestTime(text) == time)
            previous = text
        }
        #expect(previous == "2498-05-31")
    }

    @Test(arguments: [
        "", "2027", "2027-13-01", "2027-00-01", "2027-02-29", "2100-02-29", "2027-06-31", "2027-06-00", "1969-12-31",
        "1970-01-01", "2027-06-30T24:00:00Z", "2027-06-30T12:60:00Z", "2027-06-30T12:00:60Z", "2027-06-30T12:00:00",
        "2027-06-30 12:00:00Z", "2027-06-30T12:00:00+01:00", "2027-6-30", "20270630", "+027-06-30", "２０27-06-30",
    ]) func whatIsNoTimeIsRefused(text: String) {
        #expect(ManifestTime(text) == nil)
    }

    @Test func whatIsBeyondItsRangeIsRefused() {
        #expect(ManifestTime(seconds: 0) == nil)
        #expect(ManifestTime(seconds: ManifestTime.latest.seconds + 1) == nil)
    }
}
