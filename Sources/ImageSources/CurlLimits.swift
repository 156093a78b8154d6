/// The limits of one transfer by libcurl, which counts in whole seconds. How long a full pool may hold it up is not among
/// them: that wait ends when the cards take the blocks, and their own deadlines bound it.
package struct CurlLimits: Sendable {
    /// Until the control connection stands (CURLOPT_CONNECTTIMEOUT(3)), with TLS until it is encrypted.
    package var connectSeconds = 5
    /// Until the server answers a command; also covers the 226 after the last byte, which no other option does
    /// (CURLOPT_SERVER_RESPONSE_TIMEOUT(3)).
    package var responseSeconds = 10
    /// A transfer slower than this many bytes a second …
    package var lowSpeedBytesPerSecond = 1
    /// … for this long has stalled (CURLOPT_LOW_SPEED_TIME(3)). A pause for back-pressure does not count.
    package var lowSpeedSeconds = 10

    package init() {}

    /// However it is silent: while it is connected to, asked, or gives its file.
    package mutating func setPatience(seconds: Int) {
        connectSeconds = seconds
        responseSeconds = seconds
        lowSpeedSeconds = seconds
    }

    /// libcurl's own buffer: 256 KiB is where the cost per byte stops falling (CURLOPT_BUFFERSIZE(3)).
    static let bufferBytes = 256 << 10
}
