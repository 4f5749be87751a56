/// Just enough of Swift's grammar for the rules: where comments and strings stand, and where functions begin and end.
enum SwiftCode {
    /// The source with every comment and string content replaced by spaces; lines and columns stay where they are.
    static func blanked(_ source: String) -> String {
        var scanner = Blanker(source)
        return scanner.run()
    }

    /// Name, first line (from 1) and number of lines of every function, initialiser and accessor block with a body.
    static func functions(in code: [String]) -> [(name: String, line: Int, length: Int)] {
        code.indices.compactMap { index in
            guard let name = declaration(code[index]) else { return nil }
            guard let end = endOfBody(code, from: index) else { return nil }
            return (name, index + 1, end - index + 1)
        }
    }

    private static let declarationWords: Set<String> = ["func", "init", "deinit", "subscript"]

    /// The name of the function a line declares, if it declares one.
    private static func declaration(_ line: String) -> String? {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "`" && $0 != "." }.map(String.init)
        guard let place = words.firstIndex(where: declarationWords.contains) else { return nil }
        let before = words[..<place]
        guard before.allSatisfy(isModifier) else { return nil }
        guard words[place] == "func" else { return words[place] }
        return place + 1 < words.count ? words[place + 1] : "operator"
    }

    private static func isModifier(_ word: String) -> Bool {
        let modifiers: Set<String> = [
            "public", "private", "internal", "fileprivate", "package", "open", "static", "class", "final", "mutating",
            "borrowing",
            "consuming", "nonisolated", "override", "required", "convenience", "indirect", "isolated", "unsafe", "Test",
            "Sendable",
            "discardableResult", "inlinable", "inline", "always", "never", "noasync", "available", "usableFromInline",
        ]
        return modifiers.contains(word)
    }

    /// The line on which the body that a declaration opens ends; nil when it has none (a requirement of a protocol).
    private static func endOfBody(_ code: [String], from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            if index > start, braces == 0, parentheses == 0, startsAnother(code[index]) { return nil }
            for character in code[index] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where parentheses == 0 || braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                    if braces < 0 { return nil }
                default: break
                }
            }
        }
        return nil
    }

    private static func startsAnother(_ line: String) -> Bool {
        declaration(line) != nil
            || ["var ", "let ", "case ", "static ", "}", "associatedtype "].contains { trimmed(line).hasPrefix($0) }
    }

    private static func trimmed(_ line: String) -> Substring { line.drop { $0 == " " } }
}
