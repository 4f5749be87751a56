// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that only who wants SQLite builds it.
let package = Package(
    name: "skald-participants",
    products: [.library(name: "Participants", targets: ["Participants"])],
    dependencies: [
        .package(name: "skald", path: "../.."),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        .target(
            name: "Participants",
            dependencies: [.product(name: "SkaldClient", package: "skald"), .product(name: "GRDB", package: "GRDB.swift")]),
        .executableTarget(name: "seats", dependencies: ["Participants"], path: "Sources/Seats"),
        .executableTarget(name: "fulfilment", dependencies: ["Participants"], path: "Sources/Fulfilment"),
        .testTarget(name: "ParticipantsTests", dependencies: ["Participants"]),
    ]
)
