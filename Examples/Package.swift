// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "skald-examples",
    dependencies: [.package(name: "skald", path: "..")],
    targets: [
        .executableTarget(name: "house", dependencies: [.product(name: "Skald", package: "skald")], path: "Sources/House"),
        .executableTarget(name: "shop", dependencies: [.product(name: "Skald", package: "skald")], path: "Sources/Shop"),
        .testTarget(name: "ShopTests", dependencies: ["shop", .product(name: "SkaldTesting", package: "skald")]),
    ]
)
