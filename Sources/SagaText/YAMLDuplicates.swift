import SagaModel
import Yams

/// Finds the second of two equal keys. Yams tells only which keys are repeated, so we mark every place where such a key
/// is written with a number of its own, read the text again, and look which marked keys are neighbours.
struct YAMLDuplicates {
    /// Private-use characters no definition has reason to hold.
    private static let open: Unicode.Scalar = "\u{F8F0}"
    private static let digits: Unicode.Scalar = "\u{F8E0}"

    private let key: [Unicode.Scalar]
    private var output = String.UnicodeScalarView()
    /// How many scalars were added before a place, per line.
    private var shifts: [Int: [(column: Int, added: Int)]] = [:]

    static func find(_ keys: [String], _ text: String) -> Problem? {
        // One after the other: marking one key leaves the others repeated, which ends the second reading as well.
        var marked = text
        var finders: [YAMLDuplicates] = []
        for key in keys.prefix(4) where !key.isEmpty {
            var finder = YAMLDuplicates(key: key)
            finder.mark(marked)
            marked = String(finder.output)
            finders.append(finder)
        }
        guard let root = try? Parser(yaml: marked, encoding: .utf8).singleRoot() else { return nil }
        return search(root, path: "$", finders, depth: 0)
    }

    private init(key: String) { self.key = Array(key.unicodeScalars) }

    private mutating func mark(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var index = 0
        var count: UInt32 = 0
        var (line, column) = (1, 1)
        while index < scalars.count {
            if isKey(scalars, index) {
                output.append(contentsOf: key)
                let suffix = YAMLDuplicates.suffix(count)
                output.append(contentsOf: suffix)
                shifts[line, default: []].append((column + key.count, suffix.count))
                count += 1
                index += key.count
                column += key.count + suffix.count
                continue
            }
            output.append(scalars[index])
            let isBreak =
                scalars[index] == "\n" || scalars[index] == "\r" && (index + 1 == scalars.count || scalars[index + 1] != "\n")
            (line, column) = isBreak ? (line + 1, 1) : (line, column + 1)
            index += 1
        }
    }

    /// Whether the key, in quotes or not, stands here with a colon behind it.
    private func isKey(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard index + key.count < scalars.count, scalars[index..<index + key.count].elementsEqual(key) else { return false }
        if index > 0, scalars[index - 1].properties.isAlphabetic || scalars[index - 1] == "_" { return false }
        var rest = index + key.count
        if scalars[rest] == "\"" || scalars[rest] == "'" { rest += 1 }
        while rest < scalars.count, scalars[rest] == " " { rest += 1 }
        return rest < scalars.count && scalars[rest] == ":"
    }

    private static func suffix(_ number: UInt32) -> [Unicode.Scalar] {
        [open] + String(number).unicodeScalars.map { Unicode.Scalar(digits.value + $0.value - 48) ?? open }
    }

    private static func base(_ key: String) -> String {
        var base = String.UnicodeScalarView()
        base.append(contentsOf: key.unicodeScalars.prefix { $0 != open })
        return String(base)
    }

    private static func search(_ node: Node, path: String, _ finders: [YAMLDuplicates], depth: Int) -> Problem? {
        guard depth <= DefinitionLimits.sourceDepth else { return nil }
        switch node {
        case .sequence(let elements):
            for (index, element) in elements.enumerated() {
                if let problem = search(element, path: "\(path)[\(index)]", finders, depth: depth + 1) { return problem }
            }
        case .mapping(let pairs):
            var seen: Set<String> = []
            for (key, value) in pairs {
                let name = base(key.scalar?.string ?? "")
                let inside = Place.path(path, name)
                if let mark = key.mark, !seen.insert(name).inserted {
                    return Problem(original(mark, inside, finders), "the key '\(name)' is repeated; remove one")
                }
                if let problem = search(value, path: inside, finders, depth: depth + 1) { return problem }
            }
        default: break
        }
        return nil
    }

    /// The mark without what was added before it on its line; the last text marked is undone first.
    private static func original(_ mark: Mark, _ path: String, _ finders: [YAMLDuplicates]) -> Place {
        var column = mark.column
        for finder in finders.reversed() {
            column -= (finder.shifts[mark.line] ?? []).filter { $0.column < column }.reduce(0) { $0 + $1.added }
        }
        return Place(line: mark.line, column: column, path: path)
    }
}
