extension Fields {
    package static let poolKeys = ["memory", "block", "blocks"]

    /// The pool of the keys `memory`, `block` and `blocks`; nil when one of them is wrong, which is then reported.
    package func pool() -> PoolSettings? {
        let memory = self["memory"]
        let block = self["block"]
        let blocks = self["blocks"]
        // The ranges are the pool's to check: it says the same for a value of a file and of an option.
        let anySize = ByteCount(0)...ByteCount(.max)
        let request = PoolSettings.Request(
            memory: memory?.byteCount(in: anySize), block: block?.byteCount(in: anySize),
            blockCount: blocks?.integer(in: 0...Int.max))
        // A value that could not be read is reported, and the default in its place would only raise false errors.
        guard (memory == nil) == (request.memory == nil), (block == nil) == (request.block == nil),
            (blocks == nil) == (request.blockCount == nil)
        else { return nil }
        do throws(PoolSettings.Refusal) {
            return try PoolSettings(request)
        } catch {
            let parts: [PoolSettings.Refusal.Part: Setting?] = [.memory: memory, .block: block, .blocks: blocks]
            // The default memory may be what the blocks at fault exceed.
            if let setting = parts[error.part] ?? nil {
                setting.report(error.message)
            } else {
                (block ?? setting).report("does not fit: memory \(error.message)")
            }
            return nil
        }
    }
}
