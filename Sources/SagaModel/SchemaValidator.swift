import Kernel

/// Walks a value beside its schema; fills in defaults on the way.
struct SchemaValidator {
    private(set) var violations: [SchemaViolation] = []
    private var patternWork = DefinitionLimits.patternWork

    private mutating func forbid(_ path: String, _ message: @autoclosure () -> String) {
        if violations.count < DefinitionLimits.violations { violations.append(SchemaViolation(path: path, message: message())) }
    }

    mutating func check(_ value: JSON, _ schema: SchemaNode, at path: String) -> JSON {
        let value = SchemaValidator.whole(value, schema)
        guard schema.kinds.contains(ValueKinds(of: value)) else {
            forbid(path, "must be \(schema.kinds.description), not \(value.kind)")
            return value
        }
        if let options = schema.options, !options.contains(where: value.hasValue(of:)) {
            let some = options.prefix(8).map(\.text).joined(separator: ", ") + (options.count > 8 ? ", …" : "")
            forbid(path, "must be one of \(some)")
        }
        if let constant = schema.constant, !value.hasValue(of: constant) { forbid(path, "must be \(constant.text)") }
        switch value {
        case .object(let object): return .object(checkObject(object, schema, at: path))
        case .array(let elements): return .array(checkList(elements, schema, at: path))
        case .string(let text): checkText(text, schema, at: path)
        case .int, .double: checkNumber(value, schema, at: path)
        case .null, .bool: break
        }
        return value
    }

    /// `2.0` is an integer to JSON Schema; it goes on as one, so that arithmetic on it is exact.
    private static func whole(_ value: JSON, _ schema: SchemaNode) -> JSON {
        guard case .double(let number) = value, schema.kinds.contains(.integer), !schema.kinds.contains(.double) else {
            return value
        }
        return Int64(exactly: number).map { .int($0) } ?? value
    }

    private mutating func checkObject(_ object: JSONObject, _ schema: SchemaNode, at path: String) -> JSONObject {
        var filled = JSONObject()
        for member in object.members {
            filled.append(member.key, checkMember(member.key, member.value, schema, at: Place.path(path, member.key)))
        }
        for property in schema.properties where object[property.key] == nil {
            if let fallback = property.node.fallback { filled.append(property.key, fallback) }
        }
        for key in schema.required where filled[key] == nil {
            forbid(Place.path(path, key), "is required")
        }
        return filled
    }

    private mutating func checkMember(_ key: String, _ value: JSON, _ schema: SchemaNode, at path: String) -> JSON {
        if let node = schema.property(key) { return check(value, node, at: path) }
        switch schema.additional {
        case .allowed: return value
        case .schema(let nodes): return nodes.first.map { check(value, $0, at: path) } ?? value
        case .refused:
            forbid(path, "is not expected" + Suggestion.didYouMean(key, among: schema.properties.map(\.key)))
            return value
        }
    }

    private mutating func checkList(_ elements: [JSON], _ schema: SchemaNode, at path: String) -> [JSON] {
        let count = Int64(elements.count)
        if let least = schema.minItems, count < least { forbid(path, "must have at least \(least) elements, not \(count)") }
        if let most = schema.maxItems, count > most { forbid(path, "must have at most \(most) elements, not \(count)") }
        guard let items = schema.items.first else { return elements }
        return elements.enumerated().map { check($1, items, at: "\(path)[\($0)]") }
    }

    private mutating func checkText(_ text: String, _ schema: SchemaNode, at path: String) {
        if schema.minLength != nil || schema.maxLength != nil {
            let count = Int64(text.unicodeScalars.count)
            if let least = schema.minLength, count < least {
                return forbid(path, "must have at least \(least) characters, not \(count)")
            }
            if let most = schema.maxLength, count > most {
                return forbid(path, "must have at most \(most) characters, not \(count)")
            }
        }
        if let pattern = schema.pattern { checkPattern(text, pattern, at: path) }
    }

    private mutating func checkPattern(_ text: String, _ pattern: Pattern, at path: String) {
        switch pattern.match(text, work: &patternWork) {
        case .matches: break
        case .fails: forbid(path, "must match \(pattern.source)")
        case .textTooLong:
            forbid(path, "must have at most \(DefinitionLimits.patternText) characters, because a pattern is matched against it")
        case .outOfWork: forbid(path, "is too long for this pattern, with all the other texts that are matched")
        }
    }

    private mutating func checkNumber(_ value: JSON, _ schema: SchemaNode, at path: String) {
        func compare(_ bound: JSON?, _ holds: (Int) -> Bool, _ words: String) -> String? {
            guard let bound, let order = value.order(to: bound), !holds(order) else { return nil }
            return "must be \(words) \(bound.text)"
        }
        let failures = [
            compare(schema.minimum, { $0 >= 0 }, "at least"), compare(schema.maximum, { $0 <= 0 }, "at most"),
            compare(schema.exclusiveMinimum, { $0 > 0 }, "greater than"),
            compare(schema.exclusiveMaximum, { $0 < 0 }, "less than"),
        ]
        for failure in failures { if let failure { forbid(path, failure) } }
    }

}
