import CSystem

/// What a descriptor is watched for.
package struct Interest: OptionSet {
    package let rawValue: CInt

    package init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    package static let readable = Interest(rawValue: CInt(CSYSTEM_READABLE))
    package static let writable = Interest(rawValue: CInt(CSYSTEM_WRITABLE))
}

/// How often readiness is reported: once at each change, or at each turn of the loop as long as it holds (epoll(7)).
package enum Trigger: CInt {
    case level = 0
    case edge = 1
}

/// What epoll reported of a descriptor. An error or a hang-up is reported as all three: the next call shows it.
package struct Readiness {
    package let isReadable: Bool
    package let isWritable: Bool
    /// The peer has ended its stream; after what is still unread comes the end.
    package let hasEnded: Bool
}

/// Told on the loop's thread what became ready.
package protocol ReadinessObserver: AnyObject {
    func descriptor(_ descriptor: CInt, became readiness: Readiness)
}

/// One watched descriptor. Belongs to the event loop until it is removed, and its observer with it: a weak reference would
/// give the observer a side table, and every later use of it the slow way of counting references.
package final class Registration {
    let descriptor: CInt
    /// Slot in the loop's table and generation, so that an event for a removed descriptor finds nobody.
    let token: UInt64
    let trigger: Trigger
    private let observer: any ReadinessObserver

    init(descriptor: CInt, token: UInt64, trigger: Trigger, observer: any ReadinessObserver) {
        self.descriptor = descriptor
        self.token = token
        self.trigger = trigger
        self.observer = observer
    }

    func report(_ bits: CInt) {
        let readiness = Readiness(
            isReadable: bits & CInt(CSYSTEM_READABLE) != 0,
            isWritable: bits & CInt(CSYSTEM_WRITABLE) != 0,
            hasEnded: bits & CInt(CSYSTEM_ENDED) != 0)
        observer.descriptor(descriptor, became: readiness)
    }
}
