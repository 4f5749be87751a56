// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
    .define("MUTANTS", .when(traits: ["Mutants"])),
]

/// A target of ours under `Sources/`, with the settings every target shares.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests that mirror one target.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "skald",
    products: [
        .library(name: "Skald", targets: ["Skald"]),
        .library(name: "SkaldClient", targets: ["SkaldClient"]),
        .library(name: "SkaldTesting", targets: ["SkaldTesting"]),
        .executable(name: "skald", targets: ["SkaldTool"]),
        .executable(name: "skald-http-worker", targets: ["HTTPWorkerTool"]),
    ],
    traits: [.trait(name: "Mutants", description: "Deliberate bugs that can be switched on, for tools/mutants.")],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CChecksum"),
        .systemLibrary(name: "CThreads"),
        .systemLibrary(name: "CLMDB"),
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CCurl"),
        module("Threads", ["CThreads"]),
        module("LMDB", ["CLMDB"]),
        module("ZeroMQ", ["CZeroMQ"]),
        module("HTTPClient", ["CCurl", "Threads"]),
        module("Kernel", []),
        module("SagaModel", ["Kernel"]),
        module("SagaText", ["Kernel", "SagaModel", .product(name: "Yams", package: "Yams")]),
        module("Wire", ["Kernel"]),
        module("EventLog", ["Kernel", "CChecksum", "CCrypto"]),
        module("EventLogLMDB", ["EventLog", "Kernel", "LMDB", "Threads"]),
        module("EventLogTesting", ["EventLog", "Kernel"]),
        module("Engine", ["EventLog", "Kernel", "SagaModel", "SagaText", "Wire"]),
        module("Server", ["Engine", "EventLog", "Kernel", "SagaModel", "SagaText", "Threads", "Wire", "ZeroMQ"]),
        module("SkaldClient", ["Kernel", "Threads", "Wire", "ZeroMQ"]),
        module("HTTPWorker", ["HTTPClient", "Kernel", "SagaModel", "SagaText", "SkaldClient", "Wire"]),
        module("WorkerCheck", ["Kernel", "Wire", "ZeroMQ"]),
        module("Simulation", ["Engine", "EventLog", "Kernel", "SagaModel", "SagaText", "Wire"]),
        module("Hosting", ["Engine", "EventLog", "EventLogLMDB", "Kernel", "Server", "Threads"]),
        module(
            "SkaldCommandLine",
            [
                "EventLog", "EventLogLMDB", "Hosting", "Kernel", "SagaModel", "SagaText", "Simulation", "SkaldClient",
                "SkaldTesting", "Wire", "WorkerCheck", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        module("Skald", ["Kernel", "SkaldCommandLine", "Threads"]),
        module("DemoDomain", ["Kernel"]),
        module("SkaldTesting", ["Engine", "EventLog", "Kernel", "SagaModel", "SagaText", "Wire"]),
        module("FuzzTargets", ["EventLog", "Kernel", "SagaModel", "SagaText", "Wire"]),
        .executableTarget(
            name: "SkaldTool", dependencies: ["DemoDomain", "Skald"], path: "tools/skald", swiftSettings: strict),
        .executableTarget(
            name: "HTTPWorkerTool",
            dependencies: ["HTTPWorker", "Threads", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "tools/http-worker", swiftSettings: strict),
        tests("Kernel", []),
        tests("SagaModel", ["Kernel"]),
        tests("SagaText", ["Kernel", "SagaModel"], resources: [.copy("Fixtures")]),
        tests("Wire", ["Kernel"]),
        tests("Threads", []),
        tests("LMDB", []),
        tests("ZeroMQ", ["Threads"]),
        tests("HTTPClient", ["Threads"]),
        tests("HTTPWorker", ["HTTPClient", "Kernel", "SagaModel", "SkaldClient", "Wire"]),
        tests("EventLog", ["EventLogTesting", "Kernel"]),
        tests("EventLogLMDB", ["EventLog", "EventLogTesting", "Kernel", "LMDB"], resources: [.copy("Golden")]),
        tests("Engine", ["DemoDomain", "EventLog", "Kernel", "SagaModel", "SagaText", "Wire"]),
        tests("Server", ["DemoDomain", "Engine", "EventLog", "Kernel", "Wire", "ZeroMQ"]),
        tests("Simulation", ["Engine", "EventLog", "Kernel", "SagaModel", "SagaText", "Wire"]),
        tests("Hosting", ["Engine", "Kernel", "Server"]),
        tests("SkaldClient", ["Kernel", "Threads", "Wire", "ZeroMQ"]),
        tests(
            "SkaldCommandLine",
            [
                "DemoDomain", "EventLog", "EventLogLMDB", "Hosting", "Kernel", "SagaModel", "SagaText", "Simulation", "SkaldTool",
                "Threads", "Wire", "WorkerCheck", "ZeroMQ",
            ]),
        tests("WorkerCheck", ["Kernel", "Threads", "Wire", "ZeroMQ"]),
        tests("DemoDomain", ["Kernel", "SkaldTesting"]),
        tests("SkaldTesting", ["DemoDomain", "Kernel"]),
        tests("FuzzTargets", [], resources: [.copy("Corpus"), .copy("Dictionaries")]),
        .testTarget(name: "HouseTests", swiftSettings: strict),
    ]
)

// libFuzzer brings its own `main`, so this links only with `--sanitize fuzzer`: see Tests/faults/fuzz.py.
if Context.environment["SKALD_FUZZ_BUILD"] != nil {
    package.targets.append(
        .executableTarget(
            name: "FuzzTool", dependencies: ["FuzzTargets"], path: "tools/fuzz",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
