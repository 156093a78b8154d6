import Testing

/// The rules of DESIGN.md, sections 3 and 4, held by reading the sources.
@Suite struct RulesTests {
    /// What would leave the injected loop and clock.
    static let escapes = [
        #"\bTask\s*\{"#, #"\bTask\s*\(\s*(?!executorPreference)"#, #"\bTask\s*\(\s*executorPreference"#,
        #"\bTask\.detached"#, #"\bTask\.sleep"#, #"\bDispatch(Queue|Time|Group|Semaphore|Source)"#,
        #"\bDate\s*\("#, #"\bContinuousClock\b"#, #"\bSuspendingClock\b"#, #"\busleep\s*\("#,
    ]
    /// The loops themselves start the one root task of a run, on themselves.
    static let rootTasks = ["Sources/Runtime/EventLoop.swift", "Sources/Runtime/VirtualTimeLoop.swift"]

    static let cardModules = [
        "Runtime", "SharedBytes", "TLS", "CardProtocol", "CardLink", "SoftwareImage", "CardSoftware", "FlashModel",
        "FlashReport", "Links", "LineCard",
        "Rendezvous", "line-card",
    ]
    static let engineModules = [
        "Activation", "CardDialogue", "CardLink", "CardProtocol", "Download", "ImageSources", "Plans", "Reports",
        "Rollout", "Runtime", "Settings", "SharedBytes", "SoftwareImage", "TLS", "Terminal",
    ]
    static let simulatorModules = [
        "CardSoftware", "Certificates", "FileServer", "FlashModel", "FlashReport", "LineCard", "Links", "Rendezvous",
        "Runs",
        "Scenarios",
        "ShelfModel", "Shelves",
        "PowerCuts", "VirtualShelf",
    ]
    /// The engine itself runs in the simulator only where the virtual clock needs it.
    static let mayRunTheEngine = ["VirtualShelf", "Runs"]

    static func escapes(of file: SourceFile) throws -> [String] {
        let expressions = try escapes.map { try Regex($0) }
        return zip(escapes, expressions).compactMap { pattern, expression in
            guard file.code.contains(expression) else { return nil }
            if pattern.contains(#"\s*executorPreference"#), !pattern.contains("(?!"), rootTasks.contains(file.path) {
                return nil
            }
            return pattern
        }
    }

    static func wrongImports(of file: SourceFile) -> [String] {
        file.imports.filter { name in
            if cardModules.contains(file.module) && name.hasPrefix("Foundation") { return true }
            if name == "Dispatch" { return true }
            if file.isEngine { return simulatorModules.contains(name) }
            let runsEngine = mayRunTheEngine.contains(file.module)
            return ["Activation", "Download", "ImageSources"].contains(name) && !runsEngine
        }
    }

    @Test func noCodeLeavesTheInjectedLoopAndClock() throws {
        for file in try SourceFile.all(in: ["Sources", "simulator"]) {
            #expect(try Self.escapes(of: file) == [], "\(file.path)")
        }
    }

    @Test func engineAndSimulatorMeetOnlyWhereTheyMay() throws {
        for file in try SourceFile.all(in: ["Sources", "simulator"]) {
            #expect(Self.wrongImports(of: file) == [], "\(file.path)")
        }
    }

    @Test func uncheckedStandsOnlyInTheLoops() throws {
        for file in try SourceFile.all(in: ["Sources", "simulator"]) where file.module != "Runtime" {
            #expect(!file.code.contains("@unchecked Sendable"), "\(file.path)")
        }
    }

    @Test func filesStayShortEnoughToRead() throws {
        for file in try SourceFile.all(in: ["Sources", "simulator", "benchmarks", "Tests"]) {
            #expect(file.lineCount <= 400, "\(file.path) has \(file.lineCount) lines")
        }
    }

    @Test func everyModuleIsKnownHere() throws {
        let modules = Set(try SourceFile.all(in: ["Sources", "simulator"]).map(\.module))
        let known = Set(Self.engineModules + Self.simulatorModules + ["ce", "simulator", "line-card"])
        #expect(modules == known)
    }

    // MARK: That the rules can fail

    @Test(arguments: [
        "Task { await run() }", "    _ = Task { }", "Task(priority: .high) { }", "Task(executorPreference: loop) { }",
        "Task.detached { }", "try await Task.sleep(for: .seconds(1))", "DispatchQueue.main.async {}",
        "let now = Date()",
        "ContinuousClock().now", "usleep(10)",
    ]) func anEscapeIsFound(code: String) throws {
        #expect(try Self.escapes(of: SourceFile(path: "Sources/Download/X.swift", text: code)) != [])
    }

    @Test(arguments: [
        "withTaskGroup { group in }", "// Task { } escapes", "let text = \"Task { }\"", "tasks.addTask { }",
        "guard !Task.isCancelled",
        "await Task.yield()",
    ]) func whatIsNoEscapeIsNot(code: String) throws {
        #expect(try Self.escapes(of: SourceFile(path: "Sources/Download/X.swift", text: code)) == [])
    }

    @Test(arguments: [
        ("Sources/Download/X.swift", "import LineCard"), ("simulator/LineCard/X.swift", "package import Download"),
        ("simulator/LineCard/X.swift", "import FoundationEssentials"), ("Sources/Runtime/X.swift", "import Foundation"),
        ("simulator/Shelves/X.swift", "private import ImageSources"), ("Sources/ce/X.swift", "import Dispatch"),
    ]) func aWrongImportIsFound(path: String, code: String) {
        #expect(Self.wrongImports(of: SourceFile(path: path, text: code)).count == 1)
    }
}
