import Kernel
import SagaModel

/// Reads YAML into a tree with places: libyaml finds the structure, the meaning of scalars and what is refused is ours.
///
/// Anchors and aliases end the reading where they stand, so no text can grow while it is read.
struct YAMLTree {
    private let source: SourceText
    private let events: YAMLEvents

    static func read(_ text: String) throws(Problem) -> SourceNode {
        let source = SourceText(text)
        return try YAMLTree(source: source, events: YAMLEvents(text, source)).document()
    }

    private func document() throws(Problem) -> SourceNode {
        let first = try content()
        if case .streamEnd = first.kind { throw Problem(Place(line: 1, column: 1, path: "$"), "the definition is empty") }
        let root = try node(first, path: "$", depth: 0)
        _ = try events.next()
        let last = try events.next()
        guard case .streamEnd = last.kind else {
            throw Problem(place(last, "$"), "one file holds one definition; remove what follows '---'")
        }
        return root
    }

    /// The next event that is no beginning of a document.
    private func content() throws(Problem) -> YAMLEvent {
        while true {
            let event = try events.next()
            if case .other = event.kind { continue }
            return event
        }
    }

    private func place(_ event: YAMLEvent, _ path: String) -> Place {
        Place(line: event.line, column: event.column, path: path)
    }

    private func node(_ event: YAMLEvent, path: String, depth: Int) throws(Problem) -> SourceNode {
        let place = place(event, path)
        guard depth <= DefinitionLimits.sourceDepth else {
            throw Problem(place, "nested deeper than \(DefinitionLimits.sourceDepth) levels")
        }
        try refuseDecoration(event, place)
        switch event.kind {
        case .scalar(let text, let isPlain): return try leaf(text, isPlain: isPlain, place)
        case .list: return SourceNode(place: place, value: .list(try elements(path: path, depth: depth)))
        case .map: return SourceNode(place: place, value: .map(try pairs(path: path, depth: depth)))
        case .end, .alias, .streamEnd, .other: throw Problem(place, "a value is missing before this")
        }
    }

    private func elements(path: String, depth: Int) throws(Problem) -> [SourceNode] {
        var elements: [SourceNode] = []
        while true {
            let event = try events.next()
            if case .end = event.kind { return elements }
            elements.append(try node(event, path: "\(path)[\(elements.count)]", depth: depth + 1))
        }
    }

    private func pairs(path: String, depth: Int) throws(Problem) -> [SourcePair] {
        var pairs: [SourcePair] = []
        var seen: Set<ByteKey> = []
        while true {
            let event = try events.next()
            if case .end = event.kind { return pairs }
            let (key, place) = try key(event, path: path)
            guard seen.insert(ByteKey(key)).inserted else { throw Problem(place, "the key '\(key)' is repeated; remove one") }
            let value = try node(try events.next(), path: place.path, depth: depth + 1)
            pairs.append(SourcePair(key: key, place: place, value: value))
        }
    }

    private func refuseDecoration(_ event: YAMLEvent, _ place: Place) throws(Problem) {
        if case .alias = event.kind {
            throw Problem(place, "aliases are not supported; put a text that begins with '*' in quotes")
        }
        if event.isAnchored { throw Problem(place, "anchors and aliases are not supported; write the value out") }
        if event.isTagged { throw Problem(place, "tags are not supported; write the value plainly, in quotes if it is text") }
    }

    private func key(_ event: YAMLEvent, path: String) throws(Problem) -> (String, Place) {
        let place = place(event, path)
        try refuseDecoration(event, place)
        guard case .scalar(let key, let isPlain) = event.kind else {
            throw Problem(place, "a key is a plain text, not a list or an object")
        }
        if isPlain, key == "<<" { throw Problem(place, "merge keys are not supported; write the members out") }
        return (key, Place(line: place.line, column: place.column, path: Place.path(path, key)))
    }

    private func leaf(_ scalar: String, isPlain: Bool, _ place: Place) throws(Problem) -> SourceNode {
        guard isPlain else { return text(scalar, place, isUnquoted: false) }
        switch YAMLScalar.resolve(scalar) {
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
