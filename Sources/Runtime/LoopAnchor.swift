/// An actor on a loop, for tasks that belong to no other actor of it: isolated to it they stay on the loop. A task without
/// isolation is enqueued anew by every call of an asynchronous function (DESIGN.md, section 4).
package actor LoopAnchor {
    package nonisolated let loop: any Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package init(_ loop: any Loop) {
        self.loop = loop
    }
}
