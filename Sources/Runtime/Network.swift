/// Where connections come from: TCP, or its counterpart in virtual time.
package protocol Network: Sendable {
    /// Connects to a listener. It has no deadline of its own: see `withDeadline`.
    ///
    /// - Throws: `unreachable`, or `cancelled`.
    func connect(to endpoint: Endpoint, options: SocketOptions) async throws(ConnectionError) -> any Connection

    /// Listens on `endpoint`; port 0 lets the network choose a free one.
    ///
    /// - Throws: `cannotListen`.
    func listen(on endpoint: Endpoint, options: SocketOptions) throws(ConnectionError) -> any Listener
}

/// Takes connections that peers make.
package protocol Listener: AnyObject, Sendable {
    /// Where it listens, with the port that was chosen.
    var endpoint: Endpoint { get }

    /// Waits for the next peer.
    ///
    /// - Throws: `closed` after `close`, `cancelled` when the task is cancelled.
    func accept() async throws(ConnectionError) -> any Connection

    func close()
}

/// The settings of a socket that cost memory or time.
package struct SocketOptions: Sendable {
    /// What the kernel may hold of unsent and unacknowledged bytes, in bytes (SO_SNDBUF, socket(7)); the kernel doubles
    /// it for its own book-keeping. nil leaves it to the kernel, which grows it to 4 MiB.
    package var sendBufferBytes: Int?
    /// What the kernel may hold of bytes that were not read yet, in bytes (SO_RCVBUF, socket(7)). nil: the kernel's choice.
    package var receiveBufferBytes: Int?
    /// How long a peer may leave bytes or keep-alive probes unanswered before the connection is lost (TCP_USER_TIMEOUT,
    /// tcp(7)). nil: for ever.
    package var deadPeerTimeout: Duration?

    package init(sendBufferBytes: Int? = nil, receiveBufferBytes: Int? = nil, deadPeerTimeout: Duration? = .seconds(3))
    {
        self.sendBufferBytes = sendBufferBytes
        self.receiveBufferBytes = receiveBufferBytes
        self.deadPeerTimeout = deadPeerTimeout
    }
}
