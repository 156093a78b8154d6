import Glibc

/// One of a program's standard streams: results on output; progress, logs and errors on errors (stdio(3)).
package enum StandardStream: Int32, Sendable {
    case output = 1
    case errors = 2

    /// Writes all of the text, unbuffered (write(2)).
    ///
    /// - Returns: nil, or why it could not be written: a full disk, a closed pipe.
    @discardableResult
    package func write(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(rawValue, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { return String(cString: strerror(errno)) }
                written += count
            }
            return nil
        }
    }

    /// Whether a person sees it in a terminal that can draw a line anew.
    package var isTerminal: Bool {
        guard isatty(rawValue) == 1, let terminal = getenv("TERM") else { return false }
        return strcmp(terminal, "dumb") != 0
    }

    /// The terminal's width in columns (TIOCGWINSZ, tty_ioctl(4)); 80 where it is not known.
    package var columns: Int {
        var size = winsize()
        return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
