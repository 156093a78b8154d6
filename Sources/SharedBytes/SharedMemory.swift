/// Memory that never changes, so that whoever would copy it may refer to it: an image, in a process that simulates a whole
/// shelf. A real process has none.
package protocol SharedMemory: AnyObject, Sendable {
    /// Valid as long as the object lives.
    var bytes: UnsafeRawBufferPointer { get }

    /// Where in this memory the same bytes stand, compared one by one.
    ///
    /// - Parameter hint: where they are expected.
    /// - Returns: nil when they are not found; they may be there all the same.
    func find(_ bytes: UnsafeRawBufferPointer, near hint: Int) -> Int?
}
