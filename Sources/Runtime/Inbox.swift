import CSystem
import Glibc

/// What other threads hand to an event loop: jobs and closures, in order, with a wake-up.
///
/// The one place in the runtime that several threads touch; guarded by a pthread mutex, because Thread Sanitizer
/// understands that one. Without a limit of its own: it holds at most one job for each live task.
final class Inbox: @unchecked Sendable {
    enum Item {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    /// Becomes readable when an item arrives (eventfd(2)).
    let wakeDescriptor: CInt
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var items: [Item] = []

    init() {
        wakeDescriptor = csystem_eventfd()
        precondition(wakeDescriptor >= 0, "eventfd: \(SystemError(code: -wakeDescriptor))")
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        close(wakeDescriptor)
    }

    func add(_ item: Item) {
        pthread_mutex_lock(mutex)
        let wasEmpty = items.isEmpty
        items.append(item)
        pthread_mutex_unlock(mutex)
        if wasEmpty {
            var one: UInt64 = 1
            _ = write(wakeDescriptor, &one, 8)
        }
    }

    func takeAll() -> [Item] {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, 8)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let taken = items
        items.removeAll()
        return taken
    }
}
