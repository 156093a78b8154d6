import CardProtocol
import SoftwareImage

extension CardIdentity {
    /// The instance that holds the image already, whole and verified; nil when none does.
    func instance(holding manifest: Manifest) -> Int? {
        instances.firstIndex {
            $0.isValid && $0.digest == manifest.digest && $0.imageBytes == manifest.imageBytes
        }
    }
}

extension Manifest {
    /// Why a card is skipped.
    func isHeld(by instance: Int) -> String {
        "instance \(instance) holds version \(version) already"
    }
}
