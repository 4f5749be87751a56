// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "skald-benchmarks",
    dependencies: [.package(name: "skald", path: "..")],
    targets: [
        .executableTarget(
            name: "worker", dependencies: [.product(name: "SkaldClient", package: "skald")], path: "Sources/worker",
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
