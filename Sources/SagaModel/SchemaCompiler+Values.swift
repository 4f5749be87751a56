import Kernel

extension SchemaCompiler {
    mutating func readOptions(_ node: SourceNode) -> [JSON]? {
        guard let elements = node.elements, !elements.isEmpty else {
            refuse(node.place, "`enum` is a list of at least one value")
            return nil
        }
        return elements.map(\.json)
    }

    mutating func readNumber(_ pair: SourcePair) -> JSON? {
        switch pair.value.value {
        case .scalar(let value) where !ValueKinds.number.isDisjoint(with: ValueKinds(of: value)): return value
        default:
            refuse(pair.value.place, "`\(pair.key)` is a number, not \(pair.value.kind)")
            return nil
        }
    }

    mutating func readCount(_ pair: SourcePair) -> Int64? {
        guard case .scalar(.int(let count)) = pair.value.value, count >= 0 else {
            refuse(pair.value.place, "`\(pair.key)` is an integer of at least 0")
            return nil
        }
        return count
    }

    mutating func readPattern(_ node: SourceNode) -> Pattern? {
        guard let text = node.string else {
            refuse(node.place, "`pattern` is a string, not \(node.kind)")
            return nil
        }
        do {
            return try Pattern(text)
        } catch {
            refuse(node.place(at: error.offset), "`pattern`: \(error.message)")
            return nil
        }
    }

    mutating func readDefault(_ node: SourceNode, _ schema: inout SchemaKeywords) {
        var validator = SchemaValidator()
        let value = node.json
        let filled = validator.check(value, SchemaNode(schema)) ?? value
        if let violation = validator.violations.first {
            let inside = violation.path.dropFirst()
            refuse(
                node.place, "the default does not fit its own schema: " + (inside.isEmpty ? "" : "\(inside) ") + violation.message
            )
        } else {
            schema.fallback = filled
        }
    }
}
