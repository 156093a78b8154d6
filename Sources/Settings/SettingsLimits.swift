/// How much a settings file may ask of its reader, which meets files that others wrote.
package enum SettingsLimits {
    /// A scenario of ten thousand cards, each with settings of its own, is smaller.
    package static let maximumFileBytes = 1 << 20
    /// Mappings and lists within each other; the deepest key of a scenario is at level 8.
    package static let maximumDepth = 16
    /// Words that may be aliases (`*name`) in a file that may have anchors (`&name`), the opening comment apart. Both
    /// are refused one by one, with their places, once the file is parsed; this bounds what parsing can cost: libyaml
    /// nests 1000 levels, and each alias may stand for as many, of which a thread's stack takes some 8000.
    package static let maximumAliasLikeWords = 1
    /// Keys that stand twice in one mapping and are each reported in their place.
    package static let maximumDuplicateKeys = 32
    /// A value between two commas or on a line.
    package static let maximumTextBytes = 4096
    package static let maximumOverrides = 256
}
