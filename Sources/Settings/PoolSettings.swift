/// How a buffer pool is cut: RAM is traded for speed by the number and the size of its blocks.
package struct PoolSettings: Equatable, Sendable {
    /// One buffer's size, in bytes.
    package let blockBytes: Int
    /// How many buffers there are at the most.
    package let blockCount: Int
    /// What the pool may use, in bytes; at least `blockBytes * blockCount`.
    package let budgetBytes: Int
    /// Whether the count was given: then the pool always uses all blocks, else as many as its cards need.
    package private(set) var isCountFixed = false

    /// 8 blocks of 64 KiB: with them, parallel download is within 1 % of its lower bound on any flash of the profiles.
    package static let defaultMemory = ByteCount.kibibytes(512)
    package static let defaultBlock = ByteCount.kibibytes(64)
    /// libcurl hands over up to 16 KiB at once, which must fit a block.
    package static let minimumBlock = ByteCount.kibibytes(16)
    /// Beyond it a card would wait for its first byte longer than a larger block saves.
    package static let maximumBlock = ByteCount.mebibytes(1)
    /// One is filled while the other is sent.
    package static let minimumBlockCount = 2
    /// The window over the pool walks its blocks.
    package static let maximumBlockCount = 4096
    /// A size that follows from a count is whole memory pages.
    package static let blockGranularity = ByteCount.kibibytes(4)
    package static let memoryRange = ByteCount.kibibytes(32)...ByteCount.gibibytes(4)

    /// What a plan, a scenario or a command line says of it; nil where it says nothing.
    package struct Request: Equatable, Sendable {
        package var memory: ByteCount?
        package var block: ByteCount?
        package var blockCount: Int?

        package init(memory: ByteCount? = nil, block: ByteCount? = nil, blockCount: Int? = nil) {
            self.memory = memory
            self.block = block
            self.blockCount = blockCount
        }
    }

    /// Which part of the request is to blame, and why.
    package struct Refusal: Error, Equatable, Sendable {
        package enum Part: String, Sendable { case memory, block, blocks }
        package let part: Part
        /// Continues a sentence that begins with the part's name.
        package let message: String
    }

    /// Cuts the memory: a fixed size gives the count, a fixed count gives the size, and of both the memory must hold
    /// all.
    ///
    /// - Throws: which value is out of its range or does not fit the others.
    package init(_ request: Request) throws(Refusal) {
        let memory = request.memory ?? Self.defaultMemory
        let memoryText = "\(memory)\(request.memory == nil ? " (the default)" : "")"
        try Self.check(.memory, memory, in: Self.memoryRange)
        if let block = request.block { try Self.check(.block, block, in: Self.minimumBlock...Self.maximumBlock) }
        let countRange = Self.minimumBlockCount...Self.maximumBlockCount
        if let count = request.blockCount, !countRange.contains(count) {
            throw Refusal(
                part: .blocks,
                message: "is \(count); it must be from \(countRange.lowerBound) to \(countRange.upperBound)")
        }
        switch (request.block, request.blockCount) {
        case (let block?, let count?):
            let need = ByteCount(block.bytes * UInt64(count))
            guard need <= memory else {
                let message =
                    "is \(count), and \(count) blocks of \(block) need \(need), but memory is \(memoryText) only"
                throw Refusal(part: .blocks, message: message)
            }
            self.init(block: block, count: count, memory: memory)
            isCountFixed = true
        case (nil, let count?):
            let block = ByteCount(
                memory.bytes / UInt64(count) / Self.blockGranularity.bytes * Self.blockGranularity.bytes)
            guard (Self.minimumBlock...Self.maximumBlock).contains(block) else {
                let message =
                    "is \(count), which cuts a memory of \(memoryText) into blocks of \(block); "
                    + "a block has from \(Self.minimumBlock) to \(Self.maximumBlock)"
                throw Refusal(part: .blocks, message: message)
            }
            self.init(block: block, count: count, memory: memory)
            isCountFixed = true
        case (let block, nil):
            let block = block ?? Self.defaultBlock
            let count = Int(memory.bytes / block.bytes)
            guard count >= countRange.lowerBound else {
                let message =
                    "is \(memoryText), which holds \(count) of the blocks of \(block); a pool has at least "
                    + "\(countRange.lowerBound): give at least \(ByteCount(block.bytes * UInt64(countRange.lowerBound)))"
                throw Refusal(part: .memory, message: message)
            }
            guard count <= countRange.upperBound else {
                let message =
                    "is \(memoryText), which holds \(count) blocks of \(block); a pool has at most "
                    + "\(countRange.upperBound): give larger blocks, or fewer by the key blocks"
                throw Refusal(part: .memory, message: message)
            }
            self.init(block: block, count: count, memory: memory)
        }
    }

    private init(block: ByteCount, count: Int, memory: ByteCount) {
        blockBytes = Int(block.bytes)
        blockCount = count
        budgetBytes = Int(memory.bytes)
    }

    private static func check(
        _ part: Refusal.Part, _ value: ByteCount, in range: ClosedRange<ByteCount>
    ) throws(Refusal) {
        guard !range.contains(value) else { return }
        throw Refusal(part: part, message: "is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
}
