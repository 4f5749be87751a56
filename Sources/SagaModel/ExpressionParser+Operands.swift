import Kernel

/// Names, literals, calls and fields: what stands between operators.
extension ExpressionParser {
    private static let roots = ["input", "steps", "saga", "item", "index"]
    private static let sagaFields = ["id", "key", "name", "version", "started"]

    mutating func postfix() throws(ExpressionSyntaxError) -> ParsedExpression {
        var base = try primary()
        while true {
            let offset = tokenOffset
            if try take(".") {
                let (name, place) = try fieldName()
                base = try member(base, ParsedExpression(place, .literal(.string(name))), at: place)
            } else if try take("[") {
                let key = try expression()
                try expect("]")
                base = try member(base, key, at: offset)
            } else {
                return base
            }
        }
    }

    private func member(
        _ base: ParsedExpression, _ key: ParsedExpression, at offset: Int
    ) throws(ExpressionSyntaxError) -> ParsedExpression {
        try node(offset, .member(base.expression, key.expression), [base, key])
    }

    private mutating func fieldName() throws(ExpressionSyntaxError) -> (String, Int) {
        let offset = tokenOffset
        switch token {
        case .name(let name):
            try advance()
            return (name, offset)
        case .literal(.bool(let flag)):
            try advance()
            return (flag ? "true" : "false", offset)
        case .literal(.null):
            try advance()
            return ("null", offset)
        default: throw failure(offset, "a field name is missing after '.'")
        }
    }

    private mutating func primary() throws(ExpressionSyntaxError) -> ParsedExpression {
        let offset = tokenOffset
        switch token {
        case .literal(let value):
            try advance()
            return ParsedExpression(offset, .literal(value))
        case .leastMagnitude: throw failure(offset, "an integer beyond 64 bits")
        case .name(let name):
            try advance()
            return try named(name, at: offset)
        case .symbol("("):
            try advance()
            let inner = try expression()
            try expect(")")
            return inner
        case .symbol("["): return try list()
        case .symbol(let symbol): throw failure(offset, "a value is missing before '\(symbol)'")
        case .end: throw unexpected()
        }
    }

    /// A list of literals, for `in`.
    private mutating func list() throws(ExpressionSyntaxError) -> ParsedExpression {
        let offset = tokenOffset
        try advance()
        var elements: [JSON] = []
        if try take("]") { return ParsedExpression(offset, .literal(.array([]))) }
        while true {
            let element = try expression()
            guard case .literal(let value) = element.expression else {
                throw failure(element.offset, "a list in an expression holds literals only")
            }
            guard elements.count < DefinitionLimits.listElements else {
                throw failure(element.offset, "a list in an expression has at most \(DefinitionLimits.listElements) elements")
            }
            elements.append(value)
            if try take("]") { return ParsedExpression(offset, .literal(.array(elements))) }
            try expect(",")
        }
    }

    private mutating func named(_ name: String, at offset: Int) throws(ExpressionSyntaxError) -> ParsedExpression {
        if token == .symbol("(") { return try call(name, at: offset) }
        if Expression.Function.allCases.map(\.rawValue).contains(name) {
            throw failure(offset, "\(name) is a function: write \(name)(…)")
        }
        if name == "not" { throw failure(offset, "write '!' for 'not'") }
        switch names {
        case .saga(let steps): return try ofSaga(name, steps, at: offset)
        case .records(let records): return try ofRecord(name, records, at: offset)
        }
    }

    /// Records are the members of what the scope has as its input.
    private mutating func ofRecord(
        _ name: String, _ records: [ExpressionNames.Record], at offset: Int
    ) throws(ExpressionSyntaxError) -> ParsedExpression {
        guard let record = records.first(where: { $0.name == name }) else {
            if let owner = records.first(where: { $0.fields?.contains(name) ?? false }) {
                throw failure(offset, "write \(owner.name).\(name)")
            }
            let known = records.map(\.name)
            throw failure(
                offset,
                "'\(name)' is no name here; there are \(known.joined(separator: ", "))"
                    + Suggestion.didYouMean(name, among: known))
        }
        let base = try member(ParsedExpression(offset, .input), ParsedExpression(offset, .literal(.string(name))), at: offset)
        guard let fields = record.fields else { return base }
        let (field, place) = try part(of: name, fields, at: offset)
        return try member(base, ParsedExpression(place, .literal(.string(field))), at: place)
    }

    private mutating func ofSaga(
        _ name: String, _ steps: StepNames, at offset: Int
    ) throws(ExpressionSyntaxError) -> ParsedExpression {
        switch name {
        case "input": return ParsedExpression(offset, .input)
        case "item": return ParsedExpression(offset, .item)
        case "index": return ParsedExpression(offset, .index)
        case "saga":
            let (field, place) = try part(of: "saga", ExpressionParser.sagaFields, at: offset)
            return try member(ParsedExpression(offset, .saga), ParsedExpression(place, .literal(.string(field))), at: place)
        case "steps": return try step(steps, at: offset)
        default:
            if steps.index(of: name) != nil { throw failure(offset, "write steps.\(name) to read a step") }
            throw failure(
                offset,
                "'\(name)' is no name here; there are input, steps and saga"
                    + Suggestion.didYouMean(name, among: ExpressionParser.roots))
        }
    }

    private mutating func step(_ steps: StepNames, at offset: Int) throws(ExpressionSyntaxError) -> ParsedExpression {
        guard try take(".") else { throw failure(offset, "write steps.<name>.result, .status or .error") }
        let (name, place) = try fieldName()
        guard let step = steps.index(of: name) else { throw failure(place, steps.unknown(name)) }
        let (field, _) = try part(of: "steps.\(name)", ["result", "status", "error"], at: place)
        // A message about what is read of a step points at the step's name.
        switch field {
        case "status": return ParsedExpression(place, .stepStatus(step))
        case "error": return ParsedExpression(place, .stepError(step))
        default: return ParsedExpression(place, .stepResult(step))
        }
    }

    private mutating func part(
        of owner: String, _ fields: [String], at offset: Int
    ) throws(ExpressionSyntaxError) -> (String, Int) {
        let choice = fields.dropLast().joined(separator: ", ") + " and " + (fields.last ?? "")
        guard try take(".") else { throw failure(offset, "'\(owner)' has \(choice); write one of them behind it") }
        let (field, place) = try fieldName()
        guard fields.contains(field) else {
            throw failure(place, "'\(owner)' has \(choice), no '\(field)'" + Suggestion.didYouMean(field, among: fields))
        }
        return (field, place)
    }

    private mutating func call(_ name: String, at offset: Int) throws(ExpressionSyntaxError) -> ParsedExpression {
        guard let function = Expression.Function(rawValue: name) else {
            let names = Expression.Function.allCases.map(\.rawValue)
            throw failure(
                offset,
                "there is no function '\(name)'; there are \(names.joined(separator: ", "))"
                    + Suggestion.didYouMean(name, among: names))
        }
        try expect("(")
        if token == .symbol(")") { throw failure(tokenOffset, "\(name)() takes one value") }
        let operand = try expression()
        if token == .symbol(",") { throw failure(tokenOffset, "\(name)() takes one value") }
        try expect(")")
        if function == .has {
            switch operand.expression {
            case .member, .stepResult, .stepError: break
            default: throw failure(operand.offset, "has() asks for a field, as in has(input.note)")
            }
        }
        return try node(offset, .call(function, operand.expression), [operand])
    }
}
