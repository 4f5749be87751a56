import Kernel

/// One level of a compiled schema. Absent keywords are nil or empty and allow everything.
struct SchemaNode: Sendable {
    enum Additional: Sendable {
        case allowed
        case refused
        /// One element; a list because a struct cannot hold itself.
        case schema([SchemaNode])
    }

    var kinds: ValueKinds = .any
    var required: [String] = []
    /// In the order written.
    var properties: [(key: String, node: SchemaNode)] = []
    var additional: Additional = .allowed
    /// None or one.
    var items: [SchemaNode] = []
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

    func property(_ key: String) -> SchemaNode? { properties.first { $0.key.hasBytes(of: key) }?.node }
}
