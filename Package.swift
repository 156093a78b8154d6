// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// For the modules through which every section goes. Exclusive access to memory is checked at run time in debug builds only: in
/// release it was a seventh of what the CE spends on a section.
let hotPath = strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// A module of the engine, in `Sources/`.
func engine(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings)
}

/// A module of the simulator, in `simulator/`.
func simulation(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "simulator/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

/// For the C targets of the benchmarks, in `benchmarks/`.
let strictC: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// Set by `make fuzz`: then there is a target whose `main` is libFuzzer's.
let isFuzzing = Context.environment["FUZZING"] != nil
/// Set by `make test-asan` and `make test-tsan`: a static program cannot be watched.
let isSanitized = Context.environment["SANITIZED"] != nil

let fuzzers: [Target] =
    isFuzzing
    ? [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CardLink", "CardProtocol", "CardSoftware", "FileServer", "Plans", "Runtime", "Scenarios", "Settings",
                "TLS",
            ],
            path: "fuzzing", exclude: ["corpus"], swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    ] : []

let package = Package(
    name: "parallel-download",
    products: [
        .executable(name: "ce", targets: ["ce"]),
        .executable(name: "simulator", targets: ["simulator"]),
        .executable(name: "line-card", targets: ["line-card"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // C: system libraries, and the calls that the Glibc module does not have.
        .systemLibrary(
            name: "CCurl", path: "Sources/CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/COpenSSL", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSystem", path: "Sources/CSystem"),

        // The engine.
        engine("SharedBytes", []),
        engine("Runtime", ["CSystem", "SharedBytes"], hotPath),
        engine("TLS", ["COpenSSL", "Runtime"], hotPath),
        engine("CardProtocol", ["CSystem", "SharedBytes", "SoftwareImage"]),
        engine("CardLink", ["CardProtocol", "Runtime", "SharedBytes"], hotPath),
        engine("CardDialogue", ["CardLink", "CardProtocol", "Runtime", "TLS"], hotPath),
        engine("Rollout", ["Runtime"]),
        engine(
            "Activation",
            ["CardDialogue", "CardLink", "CardProtocol", "Reports", "Rollout", "Runtime", "SoftwareImage"]),
        engine("SoftwareImage", ["COpenSSL", "CSystem", "SharedBytes"]),
        engine("Reports", []),
        engine("Terminal", []),
        engine("Settings", [yams]),
        engine("ImageSources", ["Runtime", "CCurl", "CSystem"]),
        engine("Plans", ["Reports", "Rollout", "Runtime", "Settings", "SoftwareImage", "TLS"]),
        engine(
            "Download",
            ["CardDialogue", "CardLink", "CardProtocol", "ImageSources", "Reports", "Runtime", "SoftwareImage"],
            hotPath),
        .executableTarget(
            name: "ce",
            dependencies: [
                "Activation", "CardDialogue", "CardProtocol", "Download", "ImageSources", "Plans", "Reports", "Rollout",
                "Runtime", "Settings", "SoftwareImage", "TLS", "Terminal", argumentParser, logging,
            ],
            path: "Sources/ce", swiftSettings: strict),

        // The simulator.
        simulation("FlashModel", ["SharedBytes"]),
        simulation("Links", ["Runtime", "SharedBytes"]),
        simulation("Certificates", ["COpenSSL", "TLS"]),
        simulation(
            "Rendezvous",
            [
                "CSystem", "CardLink", "CardProtocol", "CardSoftware", "FlashModel", "LineCard", "Links", "Runtime",
                "SoftwareImage", "TLS",
            ]),
        simulation("CardSoftware", ["CardProtocol", "FlashModel", "SharedBytes", "SoftwareImage"]),
        simulation(
            "LineCard",
            [
                "CardLink", "CardProtocol", "CardSoftware", "FlashModel", "Links", "Runtime", "SharedBytes",
                "SoftwareImage", "TLS",
            ]),
        simulation("FlashReport", ["CardProtocol", "CardSoftware", "FlashModel"]),
        simulation("PowerCuts", ["CardProtocol", "CardSoftware", "FlashModel", "SoftwareImage"]),
        simulation("FileServer", ["Links", "Runtime"]),
        simulation("Scenarios", ["Settings"]),
        simulation(
            "ShelfModel",
            [
                "CardSoftware",
                "CardProtocol", "Certificates", "FlashModel", "LineCard", "Links", "Reports", "Runtime", "Scenarios",
                "Settings", "SharedBytes", "SoftwareImage", "TLS",
            ]),
        simulation(
            "Shelves",
            [
                "CardSoftware",
                "CSystem", "CardProtocol", "FileServer", "FlashModel", "LineCard", "Links", "Rendezvous", "Runtime",
                "Scenarios", "ShelfModel", "SoftwareImage",
            ]),
        simulation(
            "VirtualShelf",
            [
                "CardSoftware",
                "CardDialogue", "Download", "FlashModel", "ImageSources", "LineCard", "Links", "Reports", "Runtime",
                "ShelfModel", "SoftwareImage", "TLS",
            ]),
        simulation(
            "Runs",
            [
                "Rollout",
                "CardSoftware",
                "Download", "FileServer", "FlashModel", "LineCard", "Links", "Plans", "Reports", "Runtime", "Scenarios",
                "Settings", "ShelfModel",
                "Shelves",
                "SoftwareImage", "TLS", "VirtualShelf",
            ]),
        .executableTarget(
            name: "simulator",
            dependencies: [
                "CardSoftware", "PowerCuts", "Reports", "Runs", "Runtime", "Scenarios", "Settings", "Terminal",
                argumentParser,
            ],
            path: "simulator/simulator", swiftSettings: strict),
        // A card costs 0.2 MiB as a static program and three times that as a dynamic one; it has no Foundation.
        .executableTarget(
            name: "line-card",
            dependencies: [
                "CSystem", "CardProtocol", "CardSoftware", "FlashModel", "FlashReport", "LineCard", "Links",
                "Rendezvous",
                "Runtime",
            ],
            path: "simulator/line-card",
            swiftSettings: strict + (isSanitized ? [] : [.unsafeFlags(["-static-stdlib"])]),
            linkerSettings: isSanitized ? [] : [.unsafeFlags(["-static-executable"])]),

        .executableTarget(name: "broken-card", path: "simulator/broken-card", cSettings: strictC),

        // The benchmark, and the peers of its fan-out, in C: what ce is measured against, and what both send to.
        .target(name: "CardFrames", dependencies: ["CSystem"], path: "benchmarks/card-frames", cSettings: strictC),
        .target(
            name: "CardSecurity", dependencies: ["COpenSSL"], path: "benchmarks/card-security", cSettings: strictC),
        .executableTarget(
            name: "plain-sender", dependencies: ["CardFrames", "CardSecurity", "CCurl", "COpenSSL", "CSystem"],
            path: "benchmarks/plain-sender", cSettings: strictC,
            linkerSettings: [.linkedLibrary("curl"), .linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .executableTarget(
            name: "sink-cards", dependencies: ["CardFrames", "CardSecurity", "COpenSSL", "CSystem"],
            path: "benchmarks/sink-cards", cSettings: strictC,
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .executableTarget(
            name: "benchmark",
            dependencies: [
                "CCurl", "FlashModel", "Plans", "Reports", "Runs", "Runtime", "Scenarios", "Settings", "ShelfModel",
                "Shelves",
                "SoftwareImage", "Terminal", argumentParser,
            ],
            path: "benchmarks/benchmark", swiftSettings: strict),

        // Tests: one target a module, then whole shelves.
        .target(name: "TestCertificates", path: "Tests/TestCertificates", swiftSettings: strict),
        tests("RuntimeTests", ["Runtime"]),
        tests("TLSTests", ["COpenSSL", "Certificates", "Runtime", "TLS"]),
        tests("LinksTests", ["Links", "Runtime"]),
        tests("FlashModelTests", ["FlashModel", "SharedBytes"]),
        tests(
            "LineCardTests",
            [
                "CardSoftware", "CardLink", "CardProtocol", "FlashModel", "LineCard", "Runtime", "SharedBytes",
                "SoftwareImage",
            ]),
        tests("CardSoftwareTests", ["CardProtocol", "CardSoftware", "FlashModel", "SoftwareImage"]),
        tests("FlashReportTests", ["CardSoftware", "FlashModel", "FlashReport", "SoftwareImage"]),
        tests("PowerCutsTests", ["CardSoftware", "PowerCuts"]),
        tests("SettingsTests", ["Settings"]),
        tests(
            "PlansTests",
            ["Certificates", "Plans", "Reports", "Rollout", "Runtime", "Settings", "SoftwareImage", "TLS"]),
        tests("ScenariosTests", ["Scenarios", "Settings"]),
        tests(
            "CardProtocolTests",
            ["CSystem", "CardLink", "CardProtocol", "Runtime", "SharedBytes", "SoftwareImage"]),
        tests("CardLinkTests", ["CardLink", "CardProtocol", "Runtime", "SharedBytes", "SoftwareImage"]),
        tests(
            "RendezvousTests",
            [
                "CardSoftware", "CardLink", "CardProtocol", "Certificates", "FlashModel", "LineCard", "Rendezvous",
                "Runtime", "SoftwareImage", "TLS",
            ]),
        tests("FileServerTests", ["FileServer", "Links", "Runtime"]),
        // They start the programs, which every build of the tests builds too; to depend on the static one would link them so.
        tests("ShelfTests", ["COpenSSL", "Reports", "TestCertificates"]),
        tests(
            "DownloadTests",
            [
                "CardSoftware", "Certificates",
                "CardDialogue", "CardLink", "CardProtocol", "Download", "FlashModel", "ImageSources", "LineCard",
                "Links", "Reports",
                "Runtime", "SoftwareImage", "TLS", "VirtualShelf",
            ]),
        tests("RolloutTests", ["Rollout", "Runtime"]),
        tests(
            "ActivationTests",
            [
                "Activation", "CardDialogue", "CardLink", "CardProtocol", "Reports", "Rollout", "Runtime",
                "SoftwareImage",
            ]),
        tests("ImageSourcesTests", ["FileServer", "ImageSources", "Links", "Runtime", "Shelves", "TestCertificates"]),
        tests("RulesTests", []),
        tests("SoftwareImageTests", ["SoftwareImage"]),
    ] + fuzzers,
    swiftLanguageModes: [.v6]
)
