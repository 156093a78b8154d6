import Settings
import Testing

@Suite struct UnitTests {
    @Test(
        arguments: [
            ("64KiB", 65536), ("16MiB", 16 << 20), ("1GiB", 1 << 30), ("2TiB", 2 << 40), ("10MB", 10_000_000),
            ("512B", 512),
            ("512", 512), ("0", 0), ("010", 10), ("0.5MiB", 1 << 19), ("1.5 KiB", 1536), ("3kB", 3000),
            ("18014398509481983KiB", 18_014_398_509_481_983 << 10),
        ] as [(String, UInt64)]) func aSizeIsRead(text: String, bytes: UInt64) throws
    {
        #expect(try ByteCount(parsing: text) == ByteCount(bytes))
    }

    @Test(arguments: [
        ("", "'' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
        ("KiB", "'KiB' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
        ("-1", "'-1' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
        ("1_000", "'1_000' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
        ("1.5", "'1.5' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
        ("1.KiB", "'1.KiB' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
        ("64  KiB", "'64  KiB' is not a size such as 64KiB, 16MiB, 10MB or 512B (did you mean '64 KiB'?)"),
        ("64kib", "'64kib' is not a size such as 64KiB, 16MiB, 10MB or 512B (did you mean '64KiB'?)"),
        ("64KB", "'64KB' is not a size such as 64KiB, 16MiB, 10MB or 512B (did you mean '64kB'?)"),
        ("\u{661}KiB", "'\u{661}KiB' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
        ("0.3B", "'0.3B' is not a whole number of bytes below 2^64"),
        ("16777216TiB", "'16777216TiB' is not a whole number of bytes below 2^64"),
        ("1000000000000000000", "'1000000000000000000' is not a size such as 64KiB, 16MiB, 10MB or 512B"),
    ]) func whatIsNoSizeSaysWhatWasExpected(text: String, message: String) {
        let error = #expect(throws: UnitError.self) { try ByteCount(parsing: text) }
        #expect(error?.description == message)
    }

    @Test(
        arguments: [
            (0, "0B"), (1, "1B"), (1000, "1kB"), (1024, "1KiB"), (1536, "1536B"), (65536, "64KiB"),
            (10_000_000, "10MB"),
            (1_024_000, "1000KiB"), (UInt64.max, "18446744073709551615B"),
        ] as [(UInt64, String)]) func aSizePrintsInTheUnitOfTheSmallestNumber(bytes: UInt64, text: String) throws
    {
        #expect(ByteCount(bytes).description == text)
        if bytes < 1_000_000_000_000_000_000 { #expect(try ByteCount(parsing: text).bytes == bytes) }
    }

    @Test(
        arguments: [
            ("100Mbit", 100_000_000), ("1Gbit", 1_000_000_000), ("512kbit", 512_000), ("2400bit", 2400),
            ("2MB/s", 16_000_000),
            ("64KiB/s", 524_288), ("1.5Mbit/s", 1_500_000),
        ] as [(String, UInt64)]) func aRateIsRead(text: String, bits: UInt64) throws
    {
        let rate = try DataRate(parsing: text)
        #expect(rate == DataRate(bitsPerSecond: bits))
        #expect(try DataRate(parsing: rate.description) == rate)
        #expect(rate.bytesPerSecond == Double(bits) / 8)
    }

    @Test(arguments: [
        ("100", "'100' is not a rate such as 100Mbit, 1Gbit, 512kbit or 2MB/s"),
        ("100Mbits", "'100Mbits' is not a rate such as 100Mbit, 1Gbit, 512kbit or 2MB/s (did you mean '100Mbit'?)"),
        ("100mbit", "'100mbit' is not a rate such as 100Mbit, 1Gbit, 512kbit or 2MB/s (did you mean '100Mbit'?)"),
        ("0bit", "'0bit' is not a whole number of bits per second from 1 to 2^64 - 1"),
    ]) func whatIsNoRateSaysWhatWasExpected(text: String, message: String) {
        let error = #expect(throws: UnitError.self) { try DataRate(parsing: text) }
        #expect(error?.description == message)
    }

    @Test(
        arguments: [
            ("20ms", .milliseconds(20)), ("200us", .microseconds(200)), ("60s", .seconds(60)), ("2min", .seconds(120)),
            ("1h", .seconds(3600)), ("5ns", .nanoseconds(5)), ("0s", .zero), ("1.5s", .milliseconds(1500)),
        ] as [(String, Duration)]) func aDurationIsRead(text: String, duration: Duration) throws
    {
        #expect(try Duration.parsing(text) == duration)
        #expect(try Duration.parsing(duration.unitText) == duration)
    }

    @Test(arguments: [
        ("60", "'60' is not a duration such as 60s, 20ms, 200us or 2min"),
        ("1:30", "'1:30' is not a duration such as 60s, 20ms, 200us or 2min"),
        ("5mins", "'5mins' is not a duration such as 60s, 20ms, 200us or 2min (did you mean '5min'?)"),
        ("2m", "'2m' is not a duration such as 60s, 20ms, 200us or 2min"),
        ("0.1ns", "'0.1ns' is not a whole number of nanoseconds below 2^63"),
        ("999999999h", "'999999999h' is not a whole number of nanoseconds below 2^63"),
    ]) func whatIsNoDurationSaysWhatWasExpected(text: String, message: String) {
        let error = #expect(throws: UnitError.self) { try Duration.parsing(text) }
        #expect(error?.description == message)
    }

    @Test(
        arguments: [
            ("slots", ["slots", "seed"], "slots"), ("slotes", ["seed", "slots"], "slots"),
            ("lsots", ["slots"], "slots"),
            ("SLOTS", ["slots"], "slots"), ("memroy", ["memory", "mode"], "memory"), ("xyz", ["memory"], nil),
            (String(repeating: "x", count: 65), [String(repeating: "x", count: 65)], nil),
        ] as [(String, [String], String?)]) func theNearestWordIsFound(
            word: String, candidates: [String], found: String?
        )
    {
        #expect(nearest(to: word, among: candidates) == found)
    }
}
