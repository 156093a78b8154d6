package import CardDialogue
package import Rollout
package import SoftwareImage

/// What a group is to run, and how it is brought there.
package struct RolloutJob: Sendable {
    package var group: String
    package var manifest: Manifest
    package var plan: RolloutPlan
    /// The cards that hold the image, verified.
    package var staged: [CardTarget]
    /// The slots of the group's other cards: they count as failures.
    package var unstaged: [Int]
    /// Who asks, as the cards see it in hello.
    package var engine: String

    package init(
        group: String, manifest: Manifest, plan: RolloutPlan, staged: [CardTarget], unstaged: [Int], engine: String
    ) {
        self.group = group
        self.manifest = manifest
        self.plan = plan
        self.staged = staged
        self.unstaged = unstaged
        self.engine = engine
    }
}
