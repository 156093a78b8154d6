/// The parts that cards are built with. Times are the data sheets' typical values, with the maximum in parentheses where there is
/// one.
extension FlashProfile {
    /// Every part, in the order in which a help text lists them.
    package static let all = [nor2002, norM29W, spiNOR, slcNAND, mlcNAND, instant]

    package static func named(_ name: String) -> FlashProfile? {
        all.first { $0.name == name }
    }

    /// Intel StrataFlash J3A, the part of that era's telecom cards: words of 0.11 us, a write buffer of 32 bytes in 218 us,
    /// erase blocks of 128 KiB in 1 s. CFI allows sixteen times that; in practice it is about 5 s.
    package static let nor2002 = part(
        "nor-2002", readSize: 2, programSize: 32, eraseSize: 128 << 10, capacityBytes: 64 << 20,
        readUnit: .nanoseconds(110), programUnit: .microseconds(218), eraseBlock: .seconds(1),
        longestErase: .seconds(5),
        enduranceCycles: 100_000)

    /// Numonyx M29W: words of 0.07 us, programmed in 10 us (200 us) each; erase blocks of 64 KiB in 0.8 s (6 s).
    package static let norM29W = part(
        "nor-m29w", readSize: 2, programSize: 2, eraseSize: 64 << 10, capacityBytes: 64 << 20,
        readUnit: .nanoseconds(70), programUnit: .microseconds(10), longestProgram: .microseconds(200),
        eraseBlock: .milliseconds(800), longestErase: .seconds(6), enduranceCycles: 100_000)

    /// Winbond W25Q class: read at 104 MHz over one data line (13 MB/s, 76.923 ns a byte), pages of 256 bytes in 0.7 ms
    /// (3 ms), blocks of 64 KiB in 150 ms (1 s).
    package static let spiNOR = part(
        "spi-nor", readSize: 1, programSize: 256, eraseSize: 64 << 10, capacityBytes: 64 << 20,
        readUnit: .zero, readByte: Duration(secondsComponent: 0, attosecondsComponent: 76_923_000_000),
        programUnit: .microseconds(700), longestProgram: .milliseconds(3), eraseBlock: .milliseconds(150),
        longestErase: .seconds(1), enduranceCycles: 100_000)

    /// Micron MT29F2G class: a page of 2 KiB is fetched in 25 us and leaves at 25 ns a byte (tRC), is programmed in 300 us
    /// (700 us); blocks of 128 KiB are erased in 2 ms (10 ms). Up to 2 % of its blocks are bad from the factory.
    package static let slcNAND = part(
        "slc-nand", readSize: 2 << 10, programSize: 2 << 10, eraseSize: 128 << 10, capacityBytes: 256 << 20,
        readUnit: .microseconds(25), readByte: .nanoseconds(25), programUnit: .microseconds(300),
        longestProgram: .microseconds(700), eraseBlock: .milliseconds(2), longestErase: .milliseconds(10),
        enduranceCycles: 100_000)

    /// MQSim's defaults: pages of 8 KiB, read in 75 us, programmed in 750 us; blocks of 2 MiB erased in 4 ms. The lower end
    /// of 3,000 to 10,000 cycles.
    package static let mlcNAND = part(
        "mlc-nand", readSize: 8 << 10, programSize: 8 << 10, eraseSize: 2 << 20, capacityBytes: 256 << 20,
        readUnit: .microseconds(75), programUnit: .microseconds(750), eraseBlock: .milliseconds(4),
        enduranceCycles: 3000)

    /// Takes no time and lives for ever: for tests, and where the flash is not the question.
    package static let instant = part(
        "instant", readSize: 1, programSize: 256, eraseSize: 4 << 10, capacityBytes: 64 << 20, readUnit: .zero,
        programUnit: .zero, eraseBlock: .zero, enduranceCycles: nil)

    private static func part(
        _ name: String, readSize: Int, programSize: Int, eraseSize: Int, capacityBytes: Int, readUnit: Duration,
        readByte: Duration = .zero, programUnit: Duration, longestProgram: Duration? = nil, eraseBlock: Duration,
        longestErase: Duration? = nil, enduranceCycles: Int?
    ) -> FlashProfile {
        do {
            return try FlashProfile(
                name: name,
                geometry: FlashGeometry(
                    readSize: readSize, programSize: programSize, eraseSize: eraseSize,
                    blockCount: capacityBytes / eraseSize),
                timing: FlashTiming(
                    readUnit: readUnit, readByte: readByte, programUnit: programUnit, eraseBlock: eraseBlock,
                    longestProgramUnit: longestProgram, longestEraseBlock: longestErase),
                enduranceCycles: enduranceCycles)
        } catch {
            preconditionFailure("the built-in flash part \(name) is impossible: \(error)")
        }
    }
}
