import Kernel

/// What is known of an expression's value before it runs.
struct ExpressionType {
    var kinds: ValueKinds
    /// The schema that describes it, when the input's does.
    var schema: SchemaNode?

    static let any = ExpressionType(kinds: .any)
    init(kinds: ValueKinds, schema: SchemaNode? = nil) {
        self.kinds = kinds
        self.schema = schema
    }

    /// What a schema describes; `orNull`: where a missing field is read as null.
    init(_ schema: SchemaNode, orNull: Bool) {
        self.init(kinds: orNull ? schema.keywords.kinds.union(.null) : schema.keywords.kinds, schema: schema)
    }
}

/// Checks the expressions of one template: what they read, and whether types fit as far as the schema tells.
public struct ExpressionCheck {
    let rules: ExpressionRules
    var problems: Problems
    /// The scalar the expression stands in, which gives offsets their place.
    var source: SourceNode

    /// Checks `template` and answers the kinds its value may have.
    @discardableResult
    public static func check(_ template: ParsedTemplate, _ rules: ExpressionRules, _ problems: inout Problems) -> ValueKinds {
        var check = ExpressionCheck(rules: rules, problems: problems, source: template.source)
        let kinds = check.kinds(of: template)
        problems = check.problems
        return kinds
    }

    private mutating func kinds(of template: ParsedTemplate) -> ValueKinds {
        source = template.source
        switch template.form {
        case .literal(let value): return ValueKinds(of: value)
        case .expression(let parsed): return type(of: parsed, rules.guards).kinds
        case .text(let parts):
            for case .expression(let parsed) in parts { checkText(parsed) }
            return .string
        case .array(let elements):
            for element in elements { _ = kinds(of: element) }
            return .list
        case .object(let members):
            for member in members { _ = kinds(of: member.value) }
            return .object
        }
    }

    private mutating func checkText(_ parsed: ParsedExpression) {
        let kinds = type(of: parsed, rules.guards).kinds
        if kinds.isDisjoint(with: [.string, .number, .boolean]) { refuse(parsed, "\(kinds.description) has no form as text") }
    }

    mutating func refuse(_ part: ParsedExpression, _ message: String) { problems.refuse(source.place(at: part.offset), message) }
    mutating func warn(_ part: ParsedExpression, _ message: String) { problems.warn(source.place(at: part.offset), message) }

    /// The type of a part, after checking it. `isLenient` under `??` and `has`, where what is missing is null.
    mutating func type(of part: ParsedExpression, _ guards: StepGuards, isLenient: Bool = false) -> ExpressionType {
        switch part.expression {
        case .literal(let value): return ExpressionType(kinds: ValueKinds(of: value))
        case .input: return ExpressionType(kinds: .object, schema: rules.input?.root)
        case .saga: return ExpressionType(kinds: .object)
        case .item, .index:
            refuse(part, "'item' and 'index' exist only in a step with `each`, which is not supported yet")
            return .any
        case .stepStatus(let step):
            checkReadable(part, step)
            return ExpressionType(kinds: .string)
        case .stepResult(let step):
            checkResult(part, step, guards, isLenient)
            return .any
        case .stepError(let step):
            checkReadable(part, step)
            return ExpressionType(kinds: [.object, .null])
        case .member: return member(part, guards, isLenient)
        case .unary(let symbol, _): return unary(symbol, part.operands[0], guards)
        case .binary(let symbol, _, _): return binary(symbol, part, guards, isLenient)
        case .conditional(let test, _, _): return conditional(test, part, guards, isLenient)
        case .call(let function, _): return call(function, part.operands[0], guards)
        }
    }

    private mutating func checkReadable(_ part: ParsedExpression, _ step: Int) {
        if let refusal = rules.refusal(of: step) { refuse(part, refusal) }
    }

    private mutating func checkResult(_ part: ParsedExpression, _ step: Int, _ guards: StepGuards, _ isLenient: Bool) {
        if let refusal = rules.refusal(of: step) { return refuse(part, refusal) }
        let endings = guards.narrowed(step, from: rules.endings[step])
        guard !endings.isSubset(of: [.completed]), !isLenient, !guards.isPresent(part.expression) else { return }
        let name = rules.names[step]
        var why = endings.contains(.skipped) ? "been skipped" : "failed"
        if case .undo(step) = rules.place { why = "ended without an answer" }
        refuse(
            part,
            "'\(name)' may have \(why) and has no result then; read it with `??` or has(), or behind steps.\(name).status == 'completed'"
        )
    }

    private mutating func unary(_ symbol: Expression.UnaryOperator, _ operand: ParsedExpression, _ guards: StepGuards)
        -> ExpressionType
    {
        let kinds = type(of: operand, guards).kinds
        let wanted: ValueKinds = symbol == .not ? .boolean : .number
        demand(wanted, of: operand, kinds, "'\(symbol.rawValue)'")
        return ExpressionType(kinds: symbol == .not ? .boolean : narrowed(kinds, to: .number))
    }

    private mutating func conditional(
        _ test: Expression, _ part: ParsedExpression, _ guards: StepGuards, _ isLenient: Bool
    ) -> ExpressionType {
        demand(.boolean, of: part.operands[0], type(of: part.operands[0], guards).kinds, "'?'")
        let then = type(of: part.operands[1], guards.and(.when(test, is: true)), isLenient: isLenient)
        let otherwise = type(of: part.operands[2], guards.and(.when(test, is: false)), isLenient: isLenient)
        return ExpressionType(kinds: then.kinds.union(otherwise.kinds))
    }

    private mutating func call(_ function: Expression.Function, _ operand: ParsedExpression, _ guards: StepGuards)
        -> ExpressionType
    {
        let kinds = type(of: operand, guards, isLenient: function == .has).kinds
        let name = "\(function.rawValue)()"
        switch function {
        case .has: return ExpressionType(kinds: .boolean)
        case .size:
            demand([.string, .list, .object], of: operand, kinds, name)
            return ExpressionType(kinds: .integer)
        case .string:
            demand([.string, .number, .boolean], of: operand, kinds, name)
            return ExpressionType(kinds: .string)
        case .int, .double:
            demand([.string, .number], of: operand, kinds, name)
            return ExpressionType(kinds: function == .int ? .integer : .double)
        }
    }

    /// Refuses an operand that can never be what its operator takes.
    mutating func demand(_ wanted: ValueKinds, of operand: ParsedExpression, _ kinds: ValueKinds, _ owner: String) {
        guard kinds.isDisjoint(with: wanted) else { return }
        refuse(operand, "\(owner) takes \(wanted.description), and this is \(kinds.description)")
    }

    func narrowed(_ kinds: ValueKinds, to wanted: ValueKinds) -> ValueKinds {
        let both = kinds.intersection(wanted)
        return both.isEmpty ? wanted : both
    }
}
