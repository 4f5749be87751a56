import Kernel

/// Reads a schema; whatever it cannot enforce it refuses by name instead of ignoring it.
struct SchemaCompiler {
    static let keywords = [
        "type", "required", "properties", "additionalProperties", "items", "enum", "const", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "default",
        "description",
    ]
    private static let types: [(String, ValueKinds)] = [
        ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number), ("string", .string),
        ("array", .list), ("object", .object),
    ]

    var problems: Problems
    private(set) var isSound = true

    init(problems: Problems) { self.problems = problems }

    mutating func refuse(_ place: Place, _ message: String) {
        isSound = false
        problems.refuse(place, message)
    }

    /// The start input is an object; a schema that says otherwise would refuse every start.
    mutating func checkRoot(_ root: SchemaNode, _ node: SourceNode) {
        guard !root.keywords.kinds.contains(.object) else { return }
        let place = node.pair("type")?.value.place ?? node.place
        refuse(place, "the input of a saga is an object: write `type: object`")
    }

    mutating func compile(_ node: SourceNode) -> SchemaNode {
        var schema = SchemaKeywords()
        guard let pairs = node.pairs else {
            refuse(node.place, "a schema is an object, not \(node.kind)")
            return SchemaNode(schema)
        }
        for pair in pairs { read(pair, into: &schema) }
        if case .some(let pair) = node.pair("required"), !schema.properties.isEmpty { checkRequired(pair.value, schema) }
        // Last, because it is measured by all the others.
        if let pair = node.pair("default"), isSound { readDefault(pair.value, &schema) }
        return SchemaNode(schema)
    }

    private mutating func read(_ pair: SourcePair, into schema: inout SchemaKeywords) {
        let value = pair.value
        switch pair.key {
        case "type": schema.kinds = readType(value)
        case "required": schema.required = readNames(value)
        case "properties": schema.properties = readProperties(value)
        case "additionalProperties": schema.additional = readAdditional(value)
        case "items": schema.items = readItems(value)
        case "enum": schema.options = readOptions(value)
        case "const": schema.constant = value.json
        case "minimum": schema.minimum = readNumber(pair)
        case "maximum": schema.maximum = readNumber(pair)
        case "exclusiveMinimum": schema.exclusiveMinimum = readNumber(pair)
        case "exclusiveMaximum": schema.exclusiveMaximum = readNumber(pair)
        case "minLength": schema.minLength = readCount(pair)
        case "maxLength": schema.maxLength = readCount(pair)
        case "minItems": schema.minItems = readCount(pair)
        case "maxItems": schema.maxItems = readCount(pair)
        case "pattern": schema.pattern = readPattern(value)
        case "description": if value.string == nil { refuse(value.place, "`description` is a string, not \(value.kind)") }
        case "default": break
        default:
            refuse(
                pair.place,
                "the schema keyword '\(pair.key)' is not supported" + Suggestion.didYouMean(pair.key, among: Self.keywords))
        }
    }

    private mutating func readType(_ node: SourceNode) -> ValueKinds {
        let names = node.elements ?? [node]
        var kinds: ValueKinds = []
        for name in names {
            guard let text = name.string, let kind = Self.types.first(where: { $0.0 == text })?.1 else {
                let known = Self.types.map(\.0)
                let hint = Suggestion.didYouMean(name.string ?? "", among: known)
                refuse(name.place, "a type is one of \(known.joined(separator: ", "))" + hint)
                return .any
            }
            kinds.formUnion(kind)
        }
        if kinds.isEmpty { refuse(node.place, "`type` names no type") }
        return kinds
    }

    private mutating func readNames(_ node: SourceNode) -> [String] {
        guard let elements = node.elements else {
            refuse(node.place, "`required` is a list of names, not \(node.kind)")
            return []
        }
        var names: [String] = []
        for element in elements {
            guard let name = element.string else {
                refuse(element.place, "`required` is a list of names, not of \(element.kind)")
                continue
            }
            if names.contains(bytesOf: name) { refuse(element.place, "'\(name)' is listed twice") }
            names.append(name)
        }
        return names
    }

    private mutating func checkRequired(_ node: SourceNode, _ schema: SchemaKeywords) {
        let known = schema.properties.map(\.key)
        for element in node.elements ?? [] {
            guard let name = element.string, !known.contains(bytesOf: name) else { continue }
            if case .refused = schema.additional {
                refuse(element.place, "'\(name)' is required but no property" + Suggestion.didYouMean(name, among: known))
            } else {
                problems.warn(
                    element.place, "'\(name)' is required but not described" + Suggestion.didYouMean(name, among: known))
            }
        }
    }

    private mutating func readProperties(_ node: SourceNode) -> [SchemaNode.Property] {
        guard let pairs = node.pairs else {
            refuse(node.place, "`properties` is an object of schemas, not \(node.kind)")
            return []
        }
        return pairs.map { SchemaNode.Property(key: $0.key, node: compile($0.value)) }
    }

    private mutating func readAdditional(_ node: SourceNode) -> SchemaNode.Additional {
        switch node.value {
        case .scalar(.bool(let isAllowed)): return isAllowed ? .allowed : .refused
        case .map: return .schema(compile(node))
        default:
            refuse(node.place, "`additionalProperties` is true, false or a schema, not \(node.kind)")
            return .allowed
        }
    }

    private mutating func readItems(_ node: SourceNode) -> SchemaNode {
        guard node.elements == nil else {
            refuse(node.place, "`items` is one schema for all elements; a list of schemas is not supported")
            return SchemaNode(SchemaKeywords())
        }
        return compile(node)
    }
}
