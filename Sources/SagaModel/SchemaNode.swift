import Kernel

/// One level of a compiled schema. A class, so that a check walks along it and copies nothing.
final class SchemaNode: Sendable {
    struct Property: Sendable {
        let key: String
        let node: SchemaNode
    }

    enum Additional: Sendable {
        case allowed
        case refused
        case schema(SchemaNode)
    }

    let keywords: SchemaKeywords
    /// For each name in `required` where its property stands; nil for one that no property describes.
    let requiredProperties: [Int?]

    init(_ keywords: SchemaKeywords) {
        self.keywords = keywords
        requiredProperties = keywords.required.map { name in
            keywords.properties.firstIndex { $0.key.hasBytes(of: name) }
        }
    }

    /// Where the property `key` stands. Objects mostly have their members in the order of the schema, so `hint` comes first.
    func place(of key: String, near hint: Int = 0) -> Int? {
        if hint < keywords.properties.count, keywords.properties[hint].key.hasBytes(of: key) { return hint }
        return keywords.properties.firstIndex { $0.key.hasBytes(of: key) }
    }
}

/// What one level of a schema says. Absent keywords are nil or empty and allow everything.
struct SchemaKeywords: Sendable {
    var kinds: ValueKinds = .any
    var required: [String] = []
    /// In the order written.
    var properties: [SchemaNode.Property] = []
    var additional: SchemaNode.Additional = .allowed
    var items: SchemaNode?
    var options: [JSON]?
    var constant: JSON?
    var minimum: JSON?
    var maximum: JSON?
    var exclusiveMinimum: JSON?
    var exclusiveMaximum: JSON?
    var minLength: Int64?
    var maxLength: Int64?
    var minItems: Int64?
    var maxItems: Int64?
    var pattern: Pattern?
    var fallback: JSON?
}
