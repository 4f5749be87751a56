public import Kernel

/// A compiled input schema: the draft-07 subset of SAGAS section 8.
public struct Schema: Sendable {
    /// The schema as written, for views.
    public let source: JSON
    let root: SchemaNode

    /// The schema that `node` writes; nil when something in it was refused.
    public init?(_ node: SourceNode, _ problems: inout Problems) {
        var compiler = SchemaCompiler(problems: problems)
        let root = compiler.compile(node)
        compiler.checkRoot(root, node)
        problems = compiler.problems
        guard compiler.isSound else { return nil }
        source = node.json
        self.root = root
    }

    /// `value` with the defaults of missing members filled in, and what the schema forbids in it.
    public func validate(_ value: JSON) -> (value: JSON, violations: [SchemaViolation]) {
        var validator = SchemaValidator()
        let filled = validator.check(value, root)
        return (filled ?? value, validator.violations)
    }
}

/// What a schema forbids about a value, and where in it.
public struct SchemaViolation: Sendable, Equatable, CustomStringConvertible {
    /// `$.amount`, `$.lines[2].sku`.
    public let path: String
    public let message: String

    /// `$.amount: must be at least 1`.
    public var description: String { "\(path): \(message)" }
}
