/// All that an erase block holds, its wear apart.
package struct FlashBlockImage: Equatable, Sendable {
    /// `eraseSize` bytes.
    package var contents: [UInt8]
    /// One bit for each program unit, lowest bit first: set when it is programmed.
    package var programmed: [UInt8]

    package init(contents: [UInt8], programmed: [UInt8]) {
        self.contents = contents
        self.programmed = programmed
    }
}
