/// How long a flash's operations take: the data sheet's typical values.
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

    /// - Throws: for a time below zero or above `longest`.
    package init(
        readUnit: Duration, readByte: Duration = .zero, programUnit: Duration, eraseBlock: Duration
    ) throws(FlashParameterError) {
        let fields = [
            ("read_time", readUnit), ("read_byte_time", readByte), ("program_time", programUnit),
            ("erase_time", eraseBlock),
        ]
        for (field, time) in fields where time < .zero || time > Self.longest {
            throw FlashParameterError(field, time, mustBe: "from 0 s to \(Self.longest)")
        }
        self.readUnit = readUnit
        self.readByte = readByte
        self.programUnit = programUnit
        self.eraseBlock = eraseBlock
    }

    /// All times multiplied by `factor`.
    package func scaled(by factor: Double) throws(FlashParameterError) -> FlashTiming {
        // Beyond a million a Duration would overflow before `longest` could be looked at.
        guard factor.isFinite && factor >= 0 && factor <= 1e6 else {
            throw FlashParameterError("time_scale", factor, mustBe: "from 0 to 1000000")
        }
        return try FlashTiming(
            readUnit: readUnit * factor, readByte: readByte * factor, programUnit: programUnit * factor,
            eraseBlock: eraseBlock * factor)
    }
}
