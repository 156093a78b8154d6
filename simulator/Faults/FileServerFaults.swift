/// What a file server does wrong on purpose. All offsets are from the file's beginning, in bytes; nil: not at all.
package struct FileServerFaults: Equatable, Sendable {
    /// How many transfers are afflicted, from the first on; later ones are sound. Replies about a file (SIZE, REST) count
    /// to the transfer that follows them.
    package var transfers = Int.max
    /// Every connection of the session is closed there, as when the server's process dies.
    package var closesAt: UInt64?
    /// The file seems to end there: the transfer ends in order, with 226.
    package var truncatesAt: UInt64?
    /// Nothing more comes from there on, and the connections stand.
    package var stallsAt: UInt64?
    /// The byte there comes inverted.
    package var corruptsAt: UInt64?
    /// Having sent the file it goes on, with zeros, for ever.
    package var isEndless = false
    /// What SIZE or Content-Length says in place of the truth.
    package var announcedBytes: UInt64?
    /// SIZE is not known, and an HTTP answer has no Content-Length.
    package var hidesSize = false
    /// MDTM is not known, and an HTTP answer has neither Last-Modified nor ETag.
    package var hidesTime = false
    package var restart = Restart.obeyed
    package var completion = Completion.told
    /// PASV names a host that is not the server; EPSV is not known, so that PASV is asked for.
    package var hasForeignPassiveAddress = false

    /// New connections are closed at once.
    package var refusesSessions = false
    /// 530; HTTP: 401.
    package var refusesLogin = false
    /// Every byte of every file comes inverted, and the files are of another time.
    package var hasOtherImage = false

    /// What becomes of REST, or of Range.
    package enum Restart: Sendable {
        case obeyed
        /// 502; HTTP: 416.
        case refused
        /// 350, and then the whole file; HTTP: 200 and the whole file.
        case ignored
        /// HTTP: 206 with the range that was asked for, and then the whole file. FTP: as `ignored`.
        case lied
    }

    /// What follows the last byte of a transfer.
    package enum Completion: Sendable {
        /// 226.
        case told
        /// Nothing, for ever.
        case withheld
        /// The end of the control connection.
        case closed
    }

    package init() {}

    package static let none = FileServerFaults()

    /// Where a transfer leaves its file.
    package var cut: UInt64? { [closesAt, truncatesAt, stallsAt].compactMap { $0 }.min() }
}
