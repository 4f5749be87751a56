public import Kernel

extension Expression {
    /// The value in `scope`; never traps, and ends after as many steps as the expression has parts.
    public func evaluate(_ scope: some Scope) throws(ExpressionError) -> JSON { try value(scope, missing: .isAnError) }

    /// What a field that is not there means: null under `??` and `has`, an error elsewhere.
    enum Missing { case isAnError, isNull }

    func value(_ scope: some Scope, missing: Missing) throws(ExpressionError) -> JSON {
        switch self {
        case .literal(let value): return value
        case .input: return scope.input
        case .saga: return scope.saga
        case .stepStatus(let step): return .string(scope.step(step).status)
        case .stepResult(let step): return scope.result(step)
        case .stepError(let step): return scope.step(step).error
        case .item: return try Expression.inEach(scope.item, "item")
        case .index: return try Expression.inEach(scope.itemIndex.map { .int($0) }, "index")
        case .member(let base, .literal(let key)):
            return try Expression.member(try base.value(scope, missing: missing), key, missing: missing)
        case .member(let base, let key):
            let container = try base.value(scope, missing: missing)
            return try Expression.member(container, try key.value(scope, missing: .isAnError), missing: missing)
        case .unary(let symbol, let operand):
            return try Expression.apply(symbol, try operand.value(scope, missing: .isAnError))
        case .binary(let symbol, let left, let right): return try Expression.binary(symbol, left, right, scope, missing)
        case .conditional(let test, let then, let otherwise):
            let value = try test.value(scope, missing: .isAnError)
            return try (Expression.boolean(value, before: "?") ? then : otherwise).value(scope, missing: missing)
        case .call(let function, let operand):
            return try function.apply(try operand.value(scope, missing: function == .has ? .isNull : .isAnError))
        }
    }

    private static func inEach(_ value: JSON?, _ name: String) throws(ExpressionError) -> JSON {
        guard let value else { throw ExpressionError("'\(name)' has a value only inside 'each'") }
        return value
    }

    private static func binary(
        _ symbol: BinaryOperator, _ left: Expression, _ right: Expression, _ scope: some Scope, _ missing: Missing
    ) throws(ExpressionError) -> JSON {
        switch symbol {
        case .and:
            guard try boolean(try left.value(scope, missing: .isAnError), before: "&&") else { return false }
            return .bool(try boolean(try right.value(scope, missing: .isAnError), after: "&&"))
        case .or:
            if try boolean(try left.value(scope, missing: .isAnError), before: "||") { return true }
            return .bool(try boolean(try right.value(scope, missing: .isAnError), after: "||"))
        case .coalesce:
            let value = try left.value(scope, missing: .isNull)
            return value.isNull ? try right.value(scope, missing: missing) : value
        default:
            return try apply(symbol, try left.value(scope, missing: .isAnError), try right.value(scope, missing: .isAnError))
        }
    }

    private static func boolean(_ value: JSON, before symbol: String) throws(ExpressionError) -> Bool {
        guard case .bool(let flag) = value else {
            throw ExpressionError("what stands before '\(symbol)' is \(value.kind), not true or false")
        }
        return flag
    }

    private static func boolean(_ value: JSON, after symbol: String) throws(ExpressionError) -> Bool {
        guard case .bool(let flag) = value else {
            throw ExpressionError("what stands after '\(symbol)' is \(value.kind), not true or false")
        }
        return flag
    }

    static func member(_ container: JSON, _ key: JSON, missing: Missing) throws(ExpressionError) -> JSON {
        switch (container, key) {
        case (.object(let object), .string(let name)):
            if let value = object[name] { return value }
            guard missing == .isNull else { throw ExpressionError("the field '\(name)' is missing") }
            return .null
        case (.array(let elements), .int(let index)):
            if index >= 0, index < Int64(elements.count) { return elements[Int(index)] }
            guard missing == .isNull else { throw ExpressionError("a list of \(elements.count) has no [\(index)]") }
            return .null
        case (.null, _):
            guard missing == .isNull else { throw ExpressionError("\(described(key)) is read of null") }
            return .null
        default: throw ExpressionError("\(described(key)) is read of \(container.kind)")
        }
    }

    private static func described(_ key: JSON) -> String {
        switch key {
        case .string(let name): "the field '\(name)'"
        case .int(let index): "the element [\(index)]"
        default: "an element at \(key.kind)"
        }
    }
}
