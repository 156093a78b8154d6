import Glibc
import SoftwareImage

/// The time of day, which only manifests need: everything that the engine measures, it measures on its loop's clock.
enum WallClock {
    /// - Returns: the beginning of 1970's second second where the machine knows no better (time(2)).
    static var now: ManifestTime {
        ManifestTime(seconds: UInt64(max(1, time(nil)))) ?? .latest
    }
}
