import Kernel

/// Walks a value beside its schema; fills in defaults on the way.
struct SchemaValidator {
    private var found = SchemaFindings()
    private var patternWork = DefinitionLimits.patternWork

    var violations: [SchemaViolation] { found.violations }

    private mutating func forbid(_ message: @autoclosure () -> String, at key: String? = nil) { found.add(message, at: key) }

    /// What `value` becomes with the defaults of missing members; nil when it stays as it is.
    mutating func check(_ value: JSON, _ schema: SchemaNode) -> JSON? {
        guard let whole = SchemaValidator.whole(value, schema) else { return checkParts(value, schema) }
        return checkParts(whole, schema) ?? whole
    }

    /// `2.0` is an integer to JSON Schema; it goes on as one, so that arithmetic on it is exact.
    private static func whole(_ value: JSON, _ schema: SchemaNode) -> JSON? {
        guard case .double(let number) = value, schema.keywords.kinds.contains(.integer),
            !schema.keywords.kinds.contains(.double)
        else { return nil }
        return Int64(exactly: number).map { .int($0) }
    }

    private mutating func checkParts(_ value: JSON, _ schema: SchemaNode) -> JSON? {
        guard schema.keywords.kinds.contains(ValueKinds(of: value)) else {
            forbid("must be \(schema.keywords.kinds.description), not \(value.kind)")
            return nil
        }
        if let options = schema.keywords.options, !options.contains(where: value.hasValue(of:)) {
            let some = options.prefix(8).map(\.text).joined(separator: ", ") + (options.count > 8 ? ", …" : "")
            forbid("must be one of \(some)")
        }
        if let constant = schema.keywords.constant, !value.hasValue(of: constant) { forbid("must be \(constant.text)") }
        switch value {
        case .object(let object): return checkObject(object, schema).map { .object($0) }
        case .array(let elements): return checkList(elements, schema).map { .array($0) }
        case .string(let text): checkText(text, schema)
        case .int, .double: checkNumber(value, schema)
        case .null, .bool: break
        }
        return nil
    }

    private mutating func checkObject(_ object: JSONObject, _ schema: SchemaNode) -> JSONObject? {
        var filled: JSONObject?
        var isThere = schema.keywords.properties.map { _ in false }
        for (index, member) in object.members.enumerated() {
            let property = schema.place(of: member.key, near: index)
            if let property { isThere[property] = true }
            let known = found.count
            if let value = checkMember(member.key, member.value, property, schema) {
                filled = filled ?? object
                filled?[member.key] = value
            }
            found.locate(after: known, in: .member(member.key))
        }
        for property in isThere.indices where !isThere[property] {
            guard let fallback = schema.keywords.properties[property].node.keywords.fallback else { continue }
            isThere[property] = true
            filled = filled ?? object
            filled?.append(schema.keywords.properties[property].key, fallback)
        }
        for (key, property) in zip(schema.keywords.required, schema.requiredProperties) {
            if !(property.map { isThere[$0] } ?? object.contains(key)) { forbid("is required", at: key) }
        }
        return filled
    }

    private mutating func checkMember(_ key: String, _ value: JSON, _ property: Int?, _ schema: SchemaNode) -> JSON? {
        if let property { return check(value, schema.keywords.properties[property].node) }
        switch schema.keywords.additional {
        case .allowed: return nil
        case .schema(let node): return check(value, node)
        case .refused:
            forbid("is not expected" + Suggestion.didYouMean(key, among: schema.keywords.properties.map(\.key)))
            return nil
        }
    }

    private mutating func checkList(_ elements: [JSON], _ schema: SchemaNode) -> [JSON]? {
        let count = Int64(elements.count)
        if let least = schema.keywords.minItems, count < least { forbid("must have at least \(least) elements, not \(count)") }
        if let most = schema.keywords.maxItems, count > most { forbid("must have at most \(most) elements, not \(count)") }
        guard let items = schema.keywords.items else { return nil }
        var filled: [JSON]?
        for (index, element) in elements.enumerated() {
            let known = found.count
            if let value = check(element, items) {
                filled = filled ?? elements
                filled?[index] = value
            }
            found.locate(after: known, in: .element(index))
        }
        return filled
    }

    private mutating func checkText(_ text: String, _ schema: SchemaNode) {
        // A character has one to four bytes; mostly that is all one needs to know.
        let bytes = Int64(text.utf8.count)
        if bytes < 4 * (schema.keywords.minLength ?? 0) || bytes > schema.keywords.maxLength ?? .max {
            let count = SchemaValidator.characters(of: text)
            if let least = schema.keywords.minLength, count < least {
                return forbid("must have at least \(least) characters, not \(count)")
            }
            if let most = schema.keywords.maxLength, count > most {
                return forbid("must have at most \(most) characters, not \(count)")
            }
        }
        if let pattern = schema.keywords.pattern { checkPattern(text, pattern) }
    }

    /// Its Unicode scalars: the bytes that begin one.
    private static func characters(of text: String) -> Int64 {
        let bytes = text.utf8.span
        var count: Int64 = 0
        for index in bytes.indices where bytes[unchecked: index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private mutating func checkPattern(_ text: String, _ pattern: Pattern) {
        switch pattern.match(text, work: &patternWork) {
        case .matches: break
        case .fails: forbid("must match \(pattern.source)")
        case .textTooLong:
            forbid("must have at most \(DefinitionLimits.patternText) characters, because a pattern is matched against it")
        case .outOfWork: forbid("is too long for this pattern, with all the other texts that are matched")
        }
    }

    private mutating func checkNumber(_ value: JSON, _ schema: SchemaNode) {
        func check(_ bound: JSON?, _ words: String, _ holds: (Int) -> Bool) {
            guard let bound, let order = value.order(to: bound), !holds(order) else { return }
            forbid("must be \(words) \(bound.text)")
        }
        check(schema.keywords.minimum, "at least") { $0 >= 0 }
        check(schema.keywords.maximum, "at most") { $0 <= 0 }
        check(schema.keywords.exclusiveMinimum, "greater than") { $0 > 0 }
        check(schema.keywords.exclusiveMaximum, "less than") { $0 < 0 }
    }
}
