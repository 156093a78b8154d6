/// Who gives an image's bytes.
package enum ImageOrigin: Hashable, Sendable {
    case server
    /// A card that has the image in its flash.
    case card(slot: Int)
}
