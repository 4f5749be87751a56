import Kernel

/// Arithmetic and comparison: 64-bit integers and doubles, exact where they meet.
extension Expression {
    static func apply(_ symbol: UnaryOperator, _ value: JSON) throws(ExpressionError) -> JSON {
        switch (symbol, value) {
        case (.not, .bool(let flag)): return .bool(!flag)
        case (.negate, .int(let number)): return try checked((0 as Int64).subtractingReportingOverflow(number), "-")
        case (.negate, .double(let number)): return .double(-number)
        default: throw ExpressionError("'\(symbol.rawValue)' does not take \(value.kind)")
        }
    }

    static func apply(_ symbol: BinaryOperator, _ left: JSON, _ right: JSON) throws(ExpressionError) -> JSON {
        switch symbol {
        case .equal: return .bool(left.hasValue(of: right))
        case .notEqual: return .bool(!left.hasValue(of: right))
        case .less: return .bool(try order(left, right, symbol) < 0)
        case .lessOrEqual: return .bool(try order(left, right, symbol) <= 0)
        case .greater: return .bool(try order(left, right, symbol) > 0)
        case .greaterOrEqual: return .bool(try order(left, right, symbol) >= 0)
        case .contains: return .bool(try contains(right, left))
        case .and, .or, .coalesce: preconditionFailure("lazy operators are evaluated by their caller")
        case .add, .subtract, .multiply, .divide, .remainder: return try arithmetic(symbol, left, right)
        }
    }

    private static func order(_ left: JSON, _ right: JSON, _ symbol: BinaryOperator) throws(ExpressionError) -> Int {
        if let order = left.order(to: right) { return order }
        throw ExpressionError("'\(symbol.rawValue)' does not compare \(left.kind) with \(right.kind)")
    }

    private static func contains(_ container: JSON, _ value: JSON) throws(ExpressionError) -> Bool {
        switch (container, value) {
        case (.array(let elements), _): return elements.contains { $0.hasValue(of: value) }
        case (.object(let object), .string(let key)): return object[key] != nil
        default: throw ExpressionError("'in' does not look for \(value.kind) in \(container.kind)")
        }
    }

    private static func arithmetic(_ symbol: BinaryOperator, _ left: JSON, _ right: JSON) throws(ExpressionError) -> JSON {
        switch (left, right) {
        case (.int(let a), .int(let b)): return try integer(symbol, a, b)
        case (.int(let a), .double(let b)): return try floating(symbol, Double(a), b)
        case (.double(let a), .int(let b)): return try floating(symbol, a, Double(b))
        case (.double(let a), .double(let b)): return try floating(symbol, a, b)
        case (.string(let a), .string(let b)) where symbol == .add:
            guard a.utf8.count + b.utf8.count <= DefinitionLimits.resultBytes else {
                throw ExpressionError("the text grows beyond \(DefinitionLimits.resultBytes) bytes")
            }
            return .string(a + b)
        default: throw ExpressionError("'\(symbol.rawValue)' does not take \(left.kind) and \(right.kind)")
        }
    }

    private static func integer(_ symbol: BinaryOperator, _ a: Int64, _ b: Int64) throws(ExpressionError) -> JSON {
        switch symbol {
        case .add: return try checked(a.addingReportingOverflow(b), "+")
        case .subtract: return try checked(a.subtractingReportingOverflow(b), "-")
        case .multiply: return try checked(a.multipliedReportingOverflow(by: b), "*")
        default:
            guard b != 0 else { throw ExpressionError("division by zero") }
            let isDivision = symbol == .divide
            return try checked(
                isDivision ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b), symbol.rawValue)
        }
    }

    private static func checked(
        _ outcome: (partialValue: Int64, overflow: Bool), _ symbol: String
    ) throws(ExpressionError) -> JSON {
        // The one remainder that overflows has a value all the same.
        if symbol == "%", outcome.overflow { return 0 }
        guard !outcome.overflow else { throw ExpressionError("'\(symbol)' overflows 64 bits") }
        return .int(outcome.partialValue)
    }

    private static func floating(_ symbol: BinaryOperator, _ a: Double, _ b: Double) throws(ExpressionError) -> JSON {
        if symbol == .divide || symbol == .remainder, b == 0 { throw ExpressionError("division by zero") }
        let value: Double
        switch symbol {
        case .add: value = a + b
        case .subtract: value = a - b
        case .multiply: value = a * b
        case .divide: value = a / b
        default: value = a.truncatingRemainder(dividingBy: b)
        }
        guard value.isFinite else { throw ExpressionError("'\(symbol.rawValue)' leaves the range of a double") }
        return .double(value)
    }
}
