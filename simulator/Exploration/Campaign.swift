/// Many cases, one seed after the other.
package struct Campaign {
    package private(set) var seedCount = 0
    package private(set) var failures: [Failure] = []
    package private(set) var failureCount = 0
    package private(set) var coverage = Coverage()
    private let images = ExploredImages()
    private let defect: PlantedEngineDefect?

    /// A case that violates something, made as small as it goes.
    package struct Failure: Sendable {
        package var seed: UInt64
        package var explored: ExploredCase
        package var violation: Violation
    }

    package init(defect: PlantedEngineDefect? = nil) {
        self.defect = defect
    }

    /// Runs the case of a seed.
    ///
    /// - Returns: what it violates, shrunk; nil when all is well.
    package mutating func explore(seed: UInt64) -> Failure? {
        let explored = ExploredCase(seed: seed)
        let result = CaseTrial(explored, images, defect: defect).run()
        seedCount += 1
        coverage.add(result.coverage)
        guard let violation = result.violations.first else { return nil }
        failureCount += 1
        guard failures.count < ExplorationLimits.mostDescribed else { return nil }
        let smallest = Shrinker(images: images, defect: defect).shrink(explored, violation)
        let failure = Failure(seed: seed, explored: smallest.explored, violation: smallest.violation)
        failures.append(failure)
        return failure
    }

    /// Whether the case of a seed violates anything: nothing is made smaller.
    package func finds(seed: UInt64) -> Violation? {
        CaseTrial(ExploredCase(seed: seed), images, defect: defect).run().violations.first
    }
}
