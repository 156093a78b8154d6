import Activation
import ArgumentParser
import CardDialogue
import FoundationEssentials
import Plans
import Reports
import Runtime
import Terminal

/// One command to all cards on the event loop, and its result on the standard output.
struct ShelfRun: Sendable {
    let isJSON: Bool

    /// Carries a command out on every card of a plan, and prints what came of it.
    ///
    /// - Throws: as the method below.
    func run(_ command: ShelfAgent.Command, over selected: SelectedPlan) throws {
        try run(command, on: selected.targets, linkSecurity: selected.plan.security.kind)
    }

    /// Carries a command out on every card, and prints what came of it.
    ///
    /// - Throws: `ExitCode` when a card was not reached or did not do it.
    func run(_ command: ShelfAgent.Command, on targets: [CardTarget], linkSecurity: LinkSecurity) throws {
        try run(linkSecurity) { loop in
            let agent = ShelfAgent(
                cards: targets, engine: "ce \(CE.version)", network: TCPNetwork(loop: loop), loop: loop)
            return ShelfReport(cards: await agent.run(command))
        }
    }

    /// Runs `body` for all of `parts` at the same time, and prints what came of it as one.
    func runAtOnce<Part: Sendable>(
        _ parts: [Part], linkSecurity: LinkSecurity, _ body: @escaping @Sendable (Part, EventLoop) async -> ShelfReport
    ) throws {
        try run(linkSecurity) { loop in
            await withTaskGroup(of: ShelfReport.self) { tasks in
                for part in parts { tasks.addTask { await body(part, loop) } }
                var reports: [ShelfReport] = []
                for await report in tasks { reports.append(report) }
                return ShelfReport(merging: reports)
            }
        }
    }

    /// Runs `body` until it ends; SIGINT and SIGTERM end it in order.
    private func run(
        _ linkSecurity: LinkSecurity, _ body: @escaping @Sendable (EventLoop) async -> ShelfReport
    ) throws {
        ProgramLimits.raiseDescriptorLimit()
        ProgramLimits.ignoreBrokenPipes()
        let loop = EventLoop()
        var (report, signal) = try loop.run(cancellingOn: [2, 15]) { await body(loop) }
        report.linkSecurity = linkSecurity
        let text = isJSON ? try json(report) : report.lines.joined(separator: "\n")
        if let problem = StandardStream.output.write(text + "\n") {
            StandardStream.errors.write("the result could not be written to standard output: \(problem)\n")
            throw ExitCode(ProgramExit.cannotWrite.rawValue)
        }
        if let signal { throw ExitCode(ProgramExit(signal: signal).rawValue) }
        guard report.passed else { throw ExitCode(ProgramExit.failed.rawValue) }
    }

    private func json(_ report: ShelfReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
