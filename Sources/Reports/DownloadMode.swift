/// The three ways to bring an image to the cards.
package enum DownloadMode: String, Codable, CaseIterable, Sendable {
    /// All cards at once.
    case parallel
    /// One card after the other, strictly chunk by chunk: the prior art.
    case serial
    /// One card after the other, everything within a card overlapped.
    case serialPipelined = "serial-pipelined"
}
