import Kernel

extension ExpressionCheck {
    mutating func member(_ part: ParsedExpression, _ guards: StepGuards, _ isLenient: Bool) -> ExpressionType {
        let (base, key) = (part.operands[0], part.operands[1])
        if case .saga = base.expression { return sagaField(part, key) }
        if case .stepError(let step) = base.expression { checkError(base, step, guards, isLenient) }
        let owner = type(of: base, guards, isLenient: isLenient)
        let keyKinds: ValueKinds
        if case .literal(let value) = key.expression {
            keyKinds = ValueKinds(of: value)
        } else {
            keyKinds = type(of: key, guards).kinds
        }
        guard !keyKinds.isDisjoint(with: [.string, .integer]) else {
            refuse(key, "a field is named by a string and an element by an integer, and this is \(keyKinds.description)")
            return .any
        }
        var wanted: ValueKinds = []
        if keyKinds.contains(.string) { wanted.formUnion(.object) }
        if keyKinds.contains(.integer) { wanted.formUnion(.list) }
        guard !owner.kinds.isDisjoint(with: isLenient ? wanted.union(.null) : wanted) else {
            refuse(part, "\(owner.kinds.description) has no \(wanted == .list ? "elements" : "fields")")
            return .any
        }
        return described(part, owner.schema, key, guards, isLenient)
    }

    /// The type of the part when the input's schema describes it.
    private mutating func described(
        _ part: ParsedExpression, _ schema: SchemaNode?, _ key: ParsedExpression, _ guards: StepGuards, _ isLenient: Bool
    ) -> ExpressionType {
        guard let schema else { return .any }
        switch key.expression {
        case .literal(.string(let name)): return property(part, schema, name, guards, isLenient)
        case .literal(.int):
            guard let items = schema.keywords.items else { return .any }
            return ExpressionType(items, orNull: isLenient)
        default: return .any
        }
    }

    private mutating func property(
        _ part: ParsedExpression, _ schema: SchemaNode, _ name: String, _ guards: StepGuards, _ isLenient: Bool
    ) -> ExpressionType {
        let known = schema.keywords.properties.map(\.key)
        let isRequired = schema.keywords.required.contains(bytesOf: name)
        if let place = schema.place(of: name) {
            let node = schema.keywords.properties[place].node
            let isCertain = isRequired || node.keywords.fallback != nil || guards.isPresent(part.expression)
            if !isCertain, !isLenient {
                warn(part, "'\(name)' may be missing: require it in the schema, or read it with `??` or has()")
            }
            return ExpressionType(node, orNull: isLenient && !isCertain)
        }
        switch schema.keywords.additional {
        case .refused:
            refuse(part, "the input schema has no '\(name)'" + Suggestion.didYouMean(name, among: known))
            return .any
        case .schema(let node): return ExpressionType(node, orNull: isLenient)
        case .allowed:
            if !known.isEmpty, !isLenient, !isRequired {
                warn(part, "the input schema does not describe '\(name)'" + Suggestion.didYouMean(name, among: known))
            }
            return .any
        }
    }

    private mutating func sagaField(_ part: ParsedExpression, _ key: ParsedExpression) -> ExpressionType {
        guard case .literal(.string(let field)) = key.expression else { return .any }
        if rules.place == .sagaKey, ["id", "key", "started"].contains(field) {
            refuse(part, "the key is computed before the saga exists: it may read `input` only")
        }
        switch field {
        case "version": return ExpressionType(kinds: .integer)
        case "key": return ExpressionType(kinds: [.string, .null])
        default: return ExpressionType(kinds: .string)
        }
    }

    /// A field of `error` exists only when the step failed and the saga went on.
    private mutating func checkError(_ base: ParsedExpression, _ step: Int, _ guards: StepGuards, _ isLenient: Bool) {
        guard rules.refusal(of: step) == nil, !isLenient, !guards.isPresent(base.expression) else { return }
        let all = rules.endings[step]
        let name = rules.names[step]
        guard all.contains(.failed) else {
            return refuse(base, "'\(name)' has no error to read: when it fails the saga rolls back, unless it is `optional`")
        }
        guard !guards.narrowed(step, from: all).isSubset(of: [.failed]) else { return }
        refuse(base, "'\(name)' may have no error; read it with `??` or has(), or behind steps.\(name).status == 'failed'")
    }
}
