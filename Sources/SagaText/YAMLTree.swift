import Kernel
import SagaModel
import Yams

/// Reads YAML into a tree with places: Yams finds the structure, the meaning of scalars and what is refused is ours.
struct YAMLTree {
    private let source: SourceText

    static func read(_ text: String) throws(Problem) -> SourceNode {
        let source = SourceText(text)
        if let problem = aliasFlood(source) { throw problem }
        let root = try compose(text, source)
        guard let root else { throw Problem(Place(line: 1, column: 1, path: "$"), "the definition is empty") }
        return try YAMLTree(source: source).node(root, path: "$", depth: 0)
    }

    private static func compose(_ text: String, _ source: SourceText) throws(Problem) -> Node? {
        do {
            return try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw YAMLFailure.problem(error, text, source)
        } catch {
            throw Problem(Place(line: 1, column: 1, path: "$"), "the text is no YAML")
        }
    }

    /// Aliases are refused, but only after Yams has followed them; a handful cannot grow far.
    private static func aliasFlood(_ source: SourceText) -> Problem? {
        var count = 0
        for (number, line) in source.lines.enumerated() {
            for (index, scalar) in line.enumerated() where scalar == "*" {
                let isOpening = index == 0 || " \t[{,-:".unicodeScalars.contains(line[index - 1])
                let next = index + 1 < line.count ? line[index + 1] : " "
                guard isOpening, next.properties.isAlphabetic || ("0"..."9").contains(next) || next == "_" else { continue }
                count += 1
                if count > 12 {
                    let place = Place(line: number + 1, column: index + 1, path: "$")
                    return Problem(place, "aliases are not supported; to multiply, write a space after '*'")
                }
            }
        }
        return nil
    }

    private func place(_ node: Node, _ path: String) -> Place {
        Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, path: path)
    }

    private func node(_ node: Node, path: String, depth: Int) throws(Problem) -> SourceNode {
        let place = place(node, path)
        guard depth <= DefinitionLimits.sourceDepth else {
            throw Problem(place, "nested deeper than \(DefinitionLimits.sourceDepth) levels")
        }
        try refuseDecoration(node, place)
        switch node {
        case .scalar(let scalar): return try leaf(scalar, place)
        case .sequence(let sequence):
            var elements: [SourceNode] = []
            for element in sequence {
                elements.append(try self.node(element, path: "\(path)[\(elements.count)]", depth: depth + 1))
            }
            return SourceNode(place: place, value: .list(elements))
        case .mapping(let mapping):
            var pairs: [SourcePair] = []
            var seen: Set<String> = []
            for (key, value) in mapping {
                let pair = try pair(key, value, path: path, depth: depth)
                // Yams tells `1` from `"1"`; to us both are the same key.
                guard seen.insert(pair.key).inserted else {
                    throw Problem(pair.place, "the key '\(pair.key)' is repeated; remove one")
                }
                pairs.append(pair)
            }
            return SourceNode(place: place, value: .map(pairs))
        case .alias: throw Problem(place, "aliases are not supported; write the value out")
        }
    }

    /// Anchors, aliases and tags are seen in the text: a node's mark stands on them.
    private func refuseDecoration(_ node: Node, _ place: Place) throws(Problem) {
        switch source.scalar(line: place.line, column: place.column) {
        case "&": throw Problem(place, "anchors and aliases are not supported; write the value out")
        case "!": throw Problem(place, "tags are not supported; write the value plainly, in quotes if it is text")
        default: break
        }
    }

    private func pair(_ key: Node, _ value: Node, path: String, depth: Int) throws(Problem) -> SourcePair {
        let place = place(key, path)
        guard case .scalar(let scalar) = key else { throw Problem(place, "a key is a plain text, not a list or an object") }
        try refuseDecoration(key, place)
        if scalar.style == .plain, scalar.string == "<<" {
            throw Problem(place, "merge keys are not supported; write the members out")
        }
        let keyPath = Place.path(path, scalar.string)
        let keyPlace = Place(line: place.line, column: place.column, path: keyPath)
        return SourcePair(
            key: scalar.string, place: keyPlace, value: try node(value, path: keyPath, depth: depth + 1))
    }

    private func leaf(_ scalar: Node.Scalar, _ place: Place) throws(Problem) -> SourceNode {
        guard scalar.style == .plain || scalar.style == .any else { return text(scalar.string, place, isUnquoted: false) }
        switch YAMLScalar.resolve(scalar.string) {
        case .value(.string(let string)): return text(string, place, isUnquoted: true)
        case .value(let value): return SourceNode(place: place, value: .scalar(value))
        case .outOfRange: throw Problem(place, "the number is beyond 64 bits; if it is text, put it in quotes")
        }
    }

    private func text(_ string: String, _ place: Place, isUnquoted: Bool) -> SourceNode {
        let runs = YAMLRuns.find(string, in: source, line: place.line, column: place.column)
        return SourceNode(place: place, value: .scalar(.string(string)), runs: runs, isUnquoted: isUnquoted)
    }
}
