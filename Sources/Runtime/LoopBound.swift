/// A value that only its loop's thread may touch, so that a `Sendable` object may hold it.
///
/// Part of the loop: every access asserts that it happens on the loop's thread, which is what makes it safe to be
/// unchecked. For the state behind a connection, a pipe or a gate, which is used by tasks of several actors on one loop.
package final class LoopBound<Value>: @unchecked Sendable {
    private let loop: any Loop
    private var stored: Value

    /// May be called on any thread: nobody else holds the value yet.
    package init(_ value: Value, on loop: any Loop) {
        self.loop = loop
        stored = value
    }

    package var value: Value {
        @inline(__always) _read {
            loop.preconditionCurrent()
            yield stored
        }
        @inline(__always) _modify {
            loop.preconditionCurrent()
            yield &stored
        }
    }
}
