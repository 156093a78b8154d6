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

    /// Whether colours are wanted on it: `FORCE_COLOR` and `NO_COLOR` say so in the environment, whatever their value; else a
    /// terminal has them (no-color.org, force-color.org).
    package var takesColour: Bool {
        if let no = getenv("NO_COLOR"), no.pointee != 0 { return false }
        if let force = getenv("FORCE_COLOR"), force.pointee != 0 { return true }
        return isTerminal
    }

    /// The terminal's size in columns and rows (TIOCGWINSZ, tty_ioctl(4)); 80 by 24 where it is not known.
    package var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
