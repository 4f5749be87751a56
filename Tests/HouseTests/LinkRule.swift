/// Every link from one page of ours to a file, or to a heading in it, leads somewhere.
enum LinkRule {
    /// `exists` says whether a path from the root is there, `headings` gives the anchors of a page.
    static func findings(
        in file: SourceFile, exists: (String) -> Bool, headings: (String) -> [String]
    ) -> [Finding] {
        links(in: file).compactMap { line, target in
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path = parts[0].isEmpty ? file.path : resolved(parts[0], from: file.path)
            guard exists(path) else {
                return Finding(
                    file: file.path, line: line, message: "link to `\(target)`: no such file, write the path from this page")
            }
            guard parts.count == 2, path.hasSuffix(".md"), !headings(path).contains(parts[1]) else { return nil }
            let known = headings(path).joined(separator: ", ")
            return Finding(file: file.path, line: line, message: "link to `\(target)`: no such heading; there are \(known)")
        }
    }

    /// The anchors of a page's headings, as code hosts make them.
    static func headings(of file: SourceFile) -> [String] {
        file.lines.filter { $0.hasPrefix("#") }.map { line in
            String(
                line.drop { $0 == "#" || $0 == " " }.lowercased().compactMap { character in
                    if character == " " { return "-" }
                    return character.isLetter || character.isNumber || character == "-" || character == "_" ? character : nil
                })
        }
    }

    /// `[text](target)` outside code blocks, links to other sites left out.
    private static func links(in file: SourceFile) -> [(line: Int, target: String)] {
        var isCode = false
        return file.lines.enumerated().flatMap { index, line -> [(line: Int, target: String)] in
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode else { return [] }
            return line.split(separator: "](").dropFirst().map { String($0.prefix { $0 != ")" && $0 != " " }) }
                .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
                .map { (index + 1, $0) }
        }
    }

    private static func resolved(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }
}
