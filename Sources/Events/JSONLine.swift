/// One JSON object in one line, written field by field: some hundred times as fast as an encoder that looks at types while it runs.
struct JSONLine {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var isEmpty = true

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    // MARK: Fields

    mutating func add(_ key: StaticString, _ value: some BinaryInteger) {
        begin(key)
        append(value)
    }

    /// With up to six digits behind the point: microseconds.
    mutating func add(_ key: StaticString, _ value: Double) {
        begin(key)
        append(value)
    }

    mutating func add(_ key: StaticString, _ value: String) {
        begin(key)
        append(value)
    }

    mutating func add(_ key: StaticString, _ value: String?) {
        if let value { add(key, value) }
    }

    mutating func add(_ key: StaticString, _ values: some Sequence<some BinaryInteger>) {
        list(key, values) { $0.append($1) }
    }

    mutating func add(_ key: StaticString, _ values: some Sequence<Double>) {
        list(key, values) { $0.append($1) }
    }

    mutating func add(_ key: StaticString, _ values: some Sequence<String>) {
        list(key, values) { $0.append($1) }
    }

    private mutating func list<Values: Sequence>(
        _ key: StaticString, _ values: Values, _ append: (inout JSONLine, Values.Element) -> Void
    ) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for value in values {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            append(&self, value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func begin(_ key: StaticString) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    // MARK: Values

    private mutating func append(_ value: some BinaryInteger) {
        var magnitude = UInt64(value.magnitude)
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
    }

    private mutating func append(_ value: Double) {
        // What is no number, or none that a clock or a counter shows, is told as 0.
        let micros = value.isFinite && abs(value) < 9e12 ? Int64((value * 1e6).rounded()) : 0
        if micros < 0 { bytes.append(UInt8(ascii: "-")) }
        let (whole, part) = micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        append(whole)
        guard part > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var divisor: UInt64 = 100_000
        var rest = part
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    private mutating func append(_ text: String) {
        JSONText.append(text, to: &bytes)
    }
}
