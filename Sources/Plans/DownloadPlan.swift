package import Reports
package import Rollout
package import Runtime
package import Settings
package import SoftwareImage

/// What `ce download` is to do: which images go to which cards, with how much memory.
package struct DownloadPlan: Equatable, Sendable {
    /// What all groups share.
    package var pool: PoolSettings
    package var mode: DownloadMode
    /// The whole job's deadline; nil for none.
    package var timeout: Duration?
    /// Of all cards' links.
    package var security: PlannedSecurity
    /// At least one, in the order of the file. No slot and no address is in two of them.
    package var groups: [PlannedGroup]
    /// Images whose manifest has no signature are downloaded, too; reports say so.
    package var insecureUnsigned: Bool

    package init(
        pool: PoolSettings, mode: DownloadMode, timeout: Duration?, security: PlannedSecurity, groups: [PlannedGroup],
        insecureUnsigned: Bool = false
    ) {
        self.insecureUnsigned = insecureUnsigned
        self.pool = pool
        self.mode = mode
        self.timeout = timeout
        self.security = security
        self.groups = groups
    }

    /// 15 minutes on the slowest flash for a card; a job of a shelf ends within a day, or never.
    package static let timeoutRange = Duration.milliseconds(1)...Duration.seconds(24 * 3600)
    /// More kinds of cards and versions than a shelf has; each group costs a session with its server.
    package static let maximumGroups = 64
}

/// Like cards that get one image.
package struct PlannedGroup: Equatable, Sendable {
    package var name: String
    package var image: PlannedImage
    /// In the order of their slots; at least one.
    package var cards: [PlannedCard]
    /// What follows the download.
    package var rollout: RolloutPlan
    /// What becomes of cards that keep the others waiting.
    package var stalls: StallPolicy

    package init(
        name: String, image: PlannedImage, cards: [PlannedCard], rollout: RolloutPlan = RolloutPlan(),
        stalls: StallPolicy = .stallBudget
    ) {
        self.stalls = stalls
        self.name = name
        self.image = image
        self.cards = cards
        self.rollout = rollout
    }
}

/// Where the image comes from, and by what it is known to be the right one.
package struct PlannedImage: Equatable, Sendable {
    package var url: ServerURL
    package var manifest: Manifest
    /// nil for anonymous.
    package var user: String?
    /// A file with the user's password, as a path that `ce` can open; nil when there is none.
    package var passwordFile: String?
    /// A file with the certificates of those who may vouch for the server, in PEM, in place of the system's; nil: those.
    package var authorityFile: String?
    /// How long the server may say nothing, in whole seconds; nil: as long as the transfer agent thinks right.
    package var patienceSeconds: Int?
    /// Sessions in a row that bring nothing, after which the image is given up; nil: as many as the transfer agent thinks right.
    package var attempts: Int?
    /// Where the manifest was fetched from; nil when it stood in the plan, or in a file that the plan names.
    package var manifestURL: ServerURL?

    package init(
        url: ServerURL, manifest: Manifest, user: String? = nil, passwordFile: String? = nil,
        authorityFile: String? = nil, manifestURL: ServerURL? = nil, patienceSeconds: Int? = nil, attempts: Int? = nil
    ) {
        self.patienceSeconds = patienceSeconds
        self.attempts = attempts
        self.authorityFile = authorityFile
        self.manifestURL = manifestURL
        self.url = url
        self.manifest = manifest
        self.user = user
        self.passwordFile = passwordFile
    }
}

extension PlannedImage {
    /// libcurl counts in whole seconds; a server that says nothing for an hour says nothing.
    package static let patienceRange = Duration.seconds(1)...Duration.seconds(3600)
    /// 0: the first session that breaks is the last one.
    package static let attemptsRange = 0...1000
}

/// A card that is to get the image.
package struct PlannedCard: Equatable, Sendable {
    /// What the card protocol has room for.
    package static let slotRange: ClosedRange<UInt16> = 1...UInt16.max

    /// From 1.
    package var slot: UInt16
    package var endpoint: Endpoint
    /// Of the card that is expected in the slot; nil: any.
    package var serialNumber: String?

    /// The longest that a certificate and the card protocol have room for, in bytes.
    package static let serialNumberBytes = 255

    package init(slot: UInt16, endpoint: Endpoint, serialNumber: String? = nil) {
        self.slot = slot
        self.endpoint = endpoint
        self.serialNumber = serialNumber
    }
}
