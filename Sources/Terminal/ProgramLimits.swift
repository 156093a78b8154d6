import Glibc

/// What the system allows this process.
package enum ProgramLimits {
    /// Asks for as many open descriptors as the system allows: a socket for each card, and some more (getrlimit(2)).
    package static func raiseDescriptorLimit() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }

    /// Writing to a pipe that nobody reads is an error to be reported, not a death (signal(7)).
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
