import Kernel

extension ExpressionCheck {
    mutating func binary(
        _ symbol: Expression.BinaryOperator, _ part: ParsedExpression, _ guards: StepGuards, _ isLenient: Bool
    ) -> ExpressionType {
        let (left, right) = (part.operands[0], part.operands[1])
        switch symbol {
        case .and, .or:
            demand(.boolean, of: left, type(of: left, guards).kinds, "'\(symbol.rawValue)'")
            let known = guards.and(.when(left.expression, is: symbol == .and))
            demand(.boolean, of: right, type(of: right, known).kinds, "'\(symbol.rawValue)'")
            return ExpressionType(kinds: .boolean)
        case .coalesce:
            let first = type(of: left, guards, isLenient: true)
            let second = type(of: right, guards, isLenient: isLenient)
            return ExpressionType(kinds: first.kinds.subtracting(.null).union(second.kinds))
        default: break
        }
        let (a, b) = (type(of: left, guards).kinds, type(of: right, guards).kinds)
        switch symbol {
        case .equal, .notEqual: checkEquality(part, a, b)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: checkOrder(symbol, part, a, b)
        case .contains: checkContains(part, a, b)
        default: return arithmetic(symbol, part, a, b)
        }
        return ExpressionType(kinds: .boolean)
    }

    /// Integers and doubles meet by value, so they count as one kind here.
    private func loose(_ kinds: ValueKinds) -> ValueKinds { kinds.isDisjoint(with: .number) ? kinds : kinds.union(.number) }

    private mutating func checkEquality(_ part: ParsedExpression, _ a: ValueKinds, _ b: ValueKinds) {
        let (left, right) = (part.operands[0], part.operands[1])
        checkStatusWord(left.expression, right)
        checkStatusWord(right.expression, left)
        // To ask whether something is null is never wrong.
        guard a != .null, b != .null, loose(a).isDisjoint(with: loose(b)) else { return }
        refuse(part, "\(a.description) is never equal to \(b.description)")
    }

    /// A status is compared with words that exist.
    private mutating func checkStatusWord(_ status: Expression, _ word: ParsedExpression) {
        guard case .stepStatus = status, case .literal(.string(let text)) = word.expression else { return }
        let known = StepEnding.allCases.map(\.rawValue)
        guard !known.contains(text) else { return }
        refuse(
            word, "a finished step is completed, skipped or failed, never '\(text)'" + Suggestion.didYouMean(text, among: known))
    }

    private mutating func checkOrder(
        _ symbol: Expression.BinaryOperator, _ part: ParsedExpression, _ a: ValueKinds, _ b: ValueKinds
    ) {
        let comparable: ValueKinds = [.number, .string]
        let (left, right) = (part.operands[0], part.operands[1])
        if a.isDisjoint(with: comparable) { return demand(comparable, of: left, a, "'\(symbol.rawValue)'") }
        if b.isDisjoint(with: comparable) { return demand(comparable, of: right, b, "'\(symbol.rawValue)'") }
        let both = loose(a).intersection(loose(b)).intersection(comparable)
        if both.isEmpty { refuse(part, "'\(symbol.rawValue)' does not compare \(a.description) with \(b.description)") }
    }

    private mutating func checkContains(_ part: ParsedExpression, _ a: ValueKinds, _ b: ValueKinds) {
        let (left, right) = (part.operands[0], part.operands[1])
        demand([.list, .object], of: right, b, "'in'")
        if b == .object { demand(.string, of: left, a, "'in' an object") }
        guard case .literal(.array(let words)) = right.expression else { return }
        for word in words { checkStatusWord(left.expression, ParsedExpression(right.offset, .literal(word))) }
    }

    private mutating func arithmetic(
        _ symbol: Expression.BinaryOperator, _ part: ParsedExpression, _ a: ValueKinds, _ b: ValueKinds
    ) -> ExpressionType {
        let wanted: ValueKinds = symbol == .add ? [.number, .string] : .number
        let (left, right) = (part.operands[0], part.operands[1])
        demand(wanted, of: left, a, "'\(symbol.rawValue)'")
        demand(wanted, of: right, b, "'\(symbol.rawValue)'")
        let (x, y) = (narrowed(a, to: wanted), narrowed(b, to: wanted))
        if symbol == .add, loose(x).isDisjoint(with: loose(y)) {
            refuse(part, "'+' does not add \(a.description) and \(b.description); string() makes a text of a number")
        }
        if x == .integer, y == .integer { return ExpressionType(kinds: .integer) }
        if x == .string || y == .string { return ExpressionType(kinds: .string) }
        if x == .double || y == .double { return ExpressionType(kinds: .double) }
        return ExpressionType(kinds: x.union(y).intersection(wanted))
    }
}
