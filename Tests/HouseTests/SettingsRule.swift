/// Every target is built with the strict settings: nothing opts out.
enum SettingsRule {
    static func findings(in manifest: SourceFile) -> [Finding] {
        let openings = [".target(", ".executableTarget(", ".testTarget("]
        let lines = manifest.code
        return lines.indices.compactMap { index in
            guard openings.contains(where: lines[index].contains) else { return nil }
            let declaration = lines[index..<min(index + 4, lines.count)].joined()
            guard !declaration.contains("swiftSettings: strict") else { return nil }
            return Finding(file: manifest.path, line: index + 1, message: "a target without `swiftSettings: strict`: add it")
        }
    }
}
