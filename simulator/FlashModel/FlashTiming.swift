/// How long a flash's operations take, by the data sheet: typical values, and maxima for what wears.
package struct FlashTiming: Equatable, Sendable {
    /// Longer than any operation of a real part, at any scale that a person would wait for.
    package static let longest = Duration.seconds(3600)

    /// For each read unit (`FlashGeometry.readSize`): the access time of a NOR word, or the time in which a NAND array
    /// fetches a page (tR).
    package let readUnit: Duration
    /// For each byte over the interface, in addition.
    package let readByte: Duration
    /// For each program unit (`FlashGeometry.programSize`).
    package let programUnit: Duration
    /// For each erase block (`FlashGeometry.eraseSize`).
    package let eraseBlock: Duration
    /// The longest that a program unit may take: what it takes at the end of its life. The typical time where the data sheet has
    /// none.
    package let longestProgramUnit: Duration
    /// The longest that an erase block may take, likewise.
    package let longestEraseBlock: Duration

    /// - Throws: for a time below zero or above `longest`, and for a maximum below its typical time.
    package init(
        readUnit: Duration, readByte: Duration = .zero, programUnit: Duration, eraseBlock: Duration,
        longestProgramUnit: Duration? = nil, longestEraseBlock: Duration? = nil
    ) throws(FlashParameterError) {
        let longestProgramUnit = longestProgramUnit ?? programUnit
        let longestEraseBlock = longestEraseBlock ?? eraseBlock
        let fields = [
            ("read_time", readUnit), ("read_byte_time", readByte), ("program_time", programUnit),
            ("erase_time", eraseBlock), ("longest_program_time", longestProgramUnit),
            ("longest_erase_time", longestEraseBlock),
        ]
        for (field, time) in fields where time < .zero || time > Self.longest {
            throw FlashParameterError(field, time, mustBe: "from 0 s to \(Self.longest)")
        }
        guard longestProgramUnit >= programUnit else {
            throw FlashParameterError(
                "longest_program_time", longestProgramUnit, mustBe: "at least program_time (\(programUnit))")
        }
        guard longestEraseBlock >= eraseBlock else {
            throw FlashParameterError(
                "longest_erase_time", longestEraseBlock, mustBe: "at least erase_time (\(eraseBlock))")
        }
        self.longestProgramUnit = longestProgramUnit
        self.longestEraseBlock = longestEraseBlock
        self.readUnit = readUnit
        self.readByte = readByte
        self.programUnit = programUnit
        self.eraseBlock = eraseBlock
    }

    /// Operations take no time: for a flash that is only looked at.
    static let none = FlashTiming()

    private init() {
        readUnit = .zero
        readByte = .zero
        programUnit = .zero
        eraseBlock = .zero
        longestProgramUnit = .zero
        longestEraseBlock = .zero
    }

    /// All times multiplied by `factor`.
    package func scaled(by factor: Double) throws(FlashParameterError) -> FlashTiming {
        // Beyond a million a Duration would overflow before `longest` could be looked at.
        guard factor.isFinite && factor >= 0 && factor <= 1e6 else {
            throw FlashParameterError("time_scale", factor, mustBe: "from 0 to 1000000")
        }
        return try FlashTiming(
            readUnit: readUnit * factor, readByte: readByte * factor, programUnit: programUnit * factor,
            eraseBlock: eraseBlock * factor, longestProgramUnit: longestProgramUnit * factor,
            longestEraseBlock: longestEraseBlock * factor)
    }
}
