public import Kernel

extension Template {
    /// The value in `scope`, no larger than `DefinitionLimits.resultBytes` and no deeper than `DefinitionLimits.resultDepth`.
    public func evaluate(_ scope: some Scope) throws(ExpressionError) -> JSON {
        var budget = DefinitionLimits.resultBytes
        return try evaluate(scope, depth: 0, &budget)
    }

    private func evaluate(_ scope: some Scope, depth: Int, _ budget: inout Int) throws(ExpressionError) -> JSON {
        switch self {
        case .literal(let value): return try Template.charge(value, depth, &budget)
        case .expression(let expression): return try Template.charge(try expression.evaluate(scope), depth, &budget)
        case .text(let parts): return .string(try Template.text(parts, scope, &budget))
        case .array(let elements):
            try Template.open(depth)
            var values: [JSON] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try element.evaluate(scope, depth: depth + 1, &budget)) }
            return .array(values)
        case .object(let members):
            try Template.open(depth)
            var object = JSONObject(capacity: members.count)
            for member in members {
                try Template.spend(member.key.utf8.count + 4, &budget)
                object.append(member.key, try member.value.evaluate(scope, depth: depth + 1, &budget))
            }
            return .object(object)
        }
    }

    private static func text(_ parts: [Part], _ scope: some Scope, _ budget: inout Int) throws(ExpressionError) -> String {
        var text = ""
        for part in parts {
            let piece: String
            switch part {
            case .text(let literal): piece = literal
            case .expression(let expression): piece = try Expression.text(of: try expression.evaluate(scope))
            }
            try spend(piece.utf8.count, &budget)
            text += piece
        }
        return text
    }

    private static func charge(_ value: JSON, _ depth: Int, _ budget: inout Int) throws(ExpressionError) -> JSON {
        switch value {
        case .string(let text): try spend(text.utf8.count + 2, &budget)
        case .array(let elements):
            try open(depth)
            try spend(2, &budget)
            for element in elements { _ = try charge(element, depth + 1, &budget) }
        case .object(let object):
            try open(depth)
            try spend(2, &budget)
            for member in object.members {
                try spend(member.key.utf8.count + 4, &budget)
                _ = try charge(member.value, depth + 1, &budget)
            }
        default: try spend(8, &budget)
        }
        return value
    }

    /// Enters the list or object that is level `depth + 1`.
    private static func open(_ depth: Int) throws(ExpressionError) {
        guard depth < DefinitionLimits.resultDepth else {
            throw ExpressionError("the value is nested deeper than \(DefinitionLimits.resultDepth) levels")
        }
    }

    private static func spend(_ bytes: Int, _ budget: inout Int) throws(ExpressionError) {
        budget -= bytes
        guard budget >= 0 else { throw ExpressionError("the value is larger than \(DefinitionLimits.resultBytes) bytes") }
    }
}
