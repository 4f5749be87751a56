public import Kernel
public import SagaModel

/// An input that fits a definition's schema, made from the schema itself: the least of everything that is required.
public enum InputSample {
    /// nil when the schema asks for more than can be made up, such as a pattern: then somebody must give one.
    public static func make(for definition: Definition) -> JSON? {
        guard let schema = definition.input else { return [:] }
        let (value, violations) = schema.validate(sample(schema.source, named: "input"))
        // Not `? :` with nil, which would be the JSON null.
        guard violations.isEmpty else { return nil }
        return value
    }

    private static func sample(_ schema: JSON, named name: String) -> JSON {
        if let constant = schema["const"] { return constant }
        if let first = schema["enum"]?.arrayValue?.first { return first }
        if let fallback = schema["default"] { return fallback }
        let kind = schema["type"]?.stringValue ?? schema["type"]?.arrayValue?.first?.stringValue ?? ""
        switch kind {
        case "string": return .string(text(name, schema["minLength"]?.intValue ?? 0, schema["maxLength"]?.intValue ?? .max))
        case "integer", "number": return .int(number(schema))
        case "boolean": return true
        case "array":
            let count = Int(min(schema["minItems"]?.intValue ?? 0, 100))
            return .array((0..<count).map { sample(schema["items"] ?? [:], named: "\(name)-\($0)") })
        case "object": return object(schema)
        default: return schema["properties"] == nil ? .string(name) : object(schema)
        }
    }

    /// Optional members as well: an expression may read them.
    private static func object(_ schema: JSON) -> JSON {
        var object = JSONObject()
        for (key, value) in schema["properties"]?.objectValue?.members ?? [] { object[key] = sample(value, named: key) }
        for case .string(let key) in schema["required"]?.arrayValue ?? [] where object[key] == nil { object[key] = .string(key) }
        return .object(object)
    }

    private static func text(_ name: String, _ shortest: Int64, _ longest: Int64) -> String {
        let padding = max(0, min(shortest, 4096) - Int64(name.count))
        return String((name + String(repeating: "x", count: Int(padding))).prefix(Int(min(longest, 4096))))
    }

    private static func number(_ schema: JSON) -> Int64 {
        if let least = schema["minimum"]?.intValue { return least }
        if let least = schema["exclusiveMinimum"]?.intValue { return least + 1 }
        if let most = schema["maximum"]?.intValue { return min(1, most) }
        if let most = schema["exclusiveMaximum"]?.intValue { return min(1, most - 1) }
        return 1
    }
}
