import COpenSSL

/// How libssl reads from and writes to a `RecordBuffer` (BIO_meth_new(3)): no socket, and one copy less than a memory BIO.
enum RecordBIO {
    /// Made once and kept, as libcrypto keeps its own. Never changed afterwards, hence safe from any thread.
    nonisolated(unsafe) private static let method: OpaquePointer = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "records") else {
            preconditionFailure("no memory for a BIO's method")
        }
        BIO_meth_set_write_ex(method, writeRecords)
        BIO_meth_set_read_ex(method, readRecords)
        BIO_meth_set_ctrl(method, controlRecords)
        return method
    }()

    /// The caller owns the BIO, which must not outlive the buffer.
    static func make(over buffer: RecordBuffer) -> OpaquePointer? {
        guard let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(buffer).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }
}

private func withBuffer<Result>(of bio: OpaquePointer?, _ body: (RecordBuffer) -> Result) -> Result {
    guard let data = BIO_get_data(bio) else { preconditionFailure("a BIO lost its buffer") }
    return Unmanaged<RecordBuffer>.fromOpaque(data)._withUnsafeGuaranteedRef { body($0) }
}

private func writeRecords(
    _ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int, _ written: UnsafeMutablePointer<Int>?
) -> CInt {
    copenssl_clear_retry(bio)
    let taken = withBuffer(of: bio) { $0.append(UnsafeRawBufferPointer(start: bytes, count: count)) }
    written?.pointee = taken
    if taken == 0 { copenssl_retry_write(bio) }
    return taken > 0 ? 1 : 0
}

/// Without a byte and without the retry flag libssl sees the end of the stream.
private func readRecords(
    _ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ count: Int, _ read: UnsafeMutablePointer<Int>?
) -> CInt {
    copenssl_clear_retry(bio)
    return withBuffer(of: bio) { buffer in
        let taken = min(count, buffer.count)
        read?.pointee = taken
        guard taken > 0, let target else {
            if !buffer.hasEnded { copenssl_retry_read(bio) }
            return 0
        }
        UnsafeMutableRawPointer(target).copyMemory(from: buffer.contents.baseAddress!, byteCount: taken)
        buffer.consume(taken)
        return 1
    }
}

private func controlRecords(
    _ bio: OpaquePointer?, _ command: CInt, _ number: Int, _ pointer: UnsafeMutableRawPointer?
) -> Int {
    switch command {
    case BIO_CTRL_FLUSH: 1
    case BIO_CTRL_EOF: withBuffer(of: bio) { $0.hasEnded && $0.isEmpty } ? 1 : 0
    default: 0
    }
}
