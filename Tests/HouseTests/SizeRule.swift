/// Files a person can hold in the head: at most 300 lines, functions at most 60.
enum SizeRule {
    static let longestFile = 300
    static let longestFunction = 60

    static func findings(in file: SourceFile) -> [Finding] {
        var findings: [Finding] = []
        let count = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
        if count > longestFile {
            findings.append(
                Finding(
                    file: file.path, line: longestFile + 1,
                    message: "\(count) lines, at most \(longestFile): move one facet to `Type+Facet.swift`"))
        }
        for function in SwiftCode.functions(in: file.code) where function.length > longestFunction {
            findings.append(
                Finding(
                    file: file.path, line: function.line,
                    message: "\(function.name) has \(function.length) lines, at most \(longestFunction): "
                        + "name its parts as functions of their own"))
        }
        return findings
    }
}
