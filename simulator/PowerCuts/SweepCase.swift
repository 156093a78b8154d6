package import FlashModel

/// One case of the sweep, and its replay id: `spi-nor:download:17p:4c:42` is the geometry, the phase, the 17th operation torn after a
/// part (`n` none, `p` prefix, `g` garbage, `c` complete), then the 4th operation of the recovery, and the seed.
package struct SweepCase: Equatable, Sendable, CustomStringConvertible {
    package struct Cut: Equatable, Sendable {
        package var operation: Int
        package var torn: TornMode

        package init(operation: Int, torn: TornMode) {
            self.operation = operation
            self.torn = torn
        }
    }

    package var geometry: String
    package var phase: SweepPhase
    package var first: Cut
    package var second: Cut?
    package var seed: UInt64

    package init(geometry: String, phase: SweepPhase, first: Cut, second: Cut? = nil, seed: UInt64) {
        self.geometry = geometry
        self.phase = phase
        self.first = first
        self.second = second
        self.seed = seed
    }

    package var description: String {
        ([geometry, phase.rawValue] + [first, second].compactMap { $0 }.map(\.text) + ["\(seed)"]).joined(
            separator: ":")
    }

    /// - Returns: nil for a text that is no replay id.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4 || parts.count == 5, SweepGeometry.named(parts[0]) != nil,
            let phase = SweepPhase(rawValue: String(parts[1])), let first = Cut(parts[2]),
            let seed = UInt64(parts.last!)
        else { return nil }
        var second: Cut?
        if parts.count == 5 {
            guard let cut = Cut(parts[3]) else { return nil }
            second = cut
        }
        self.init(geometry: String(parts[0]), phase: phase, first: first, second: second, seed: seed)
    }
}

extension SweepCase.Cut {
    fileprivate var text: String { "\(operation)\(torn.name.prefix(1))" }

    fileprivate init?(_ text: some StringProtocol) {
        guard let torn = TornMode.allCases.first(where: { $0.name.prefix(1) == text.suffix(1) }),
            let operation = Int(text.dropLast()), operation > 0
        else { return nil }
        self.init(operation: operation, torn: torn)
    }

    func power(seed: UInt64) -> PowerCut { PowerCut(operation: operation, torn: torn, seed: seed) }
}

/// What a card did that it must never do.
package struct Violation: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
