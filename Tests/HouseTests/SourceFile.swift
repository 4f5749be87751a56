import Foundation

/// One file of the project as the rules see it: its path from the root, its lines, and for Swift its lines without
/// comments and string contents.
struct SourceFile {
    let path: String
    let text: String

    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    var code: [String] { SwiftCode.blanked(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The target a Swift source belongs to: `Sources/Engine/…` → `Engine`; nil for tests and packages of their own.
    var target: String? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2 else { return nil }
        return switch (parts[0], parts[1]) {
        case ("Sources", let name): name
        case ("tools", "skald"): "SkaldTool"
        case ("tools", "fuzz"): "FuzzTool"
        case ("tools", "http-worker"): "HTTPWorkerTool"
        default: nil
        }
    }
}

/// The files of the project, by folder and ending, in a stable order.
enum Project {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func files(in folders: [String], ending endings: [String]) throws -> [SourceFile] {
        try folders.flatMap { folder in try paths(under: folder) }
            .filter { path in endings.contains { path.hasSuffix($0) } }
            .sorted()
            .map(file)
    }

    static func file(_ path: String) throws -> SourceFile {
        SourceFile(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }

    /// Every path under `folder`, itself when it is a file; build folders and caches left out.
    private static func paths(under folder: String) throws -> [String] {
        guard exists(folder) else { return [] }
        guard isFolder(folder) else { return [folder] }
        return try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { !$0.split(separator: "/").contains { $0.hasPrefix(".build") || $0.hasPrefix("__pycache__") } }
            .map { "\(folder)/\($0)" }
            .filter { !isFolder($0) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder)
            && isFolder.boolValue
    }
}
