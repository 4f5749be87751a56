import Kernel

/// Recursive descent over the expression language of SAGAS section 3, precedence as in CEL.
///
///     ?:   ||   &&   == != < <= > >= in   ??   + -   * / %   ! -   .name [ ]
///
/// `??` binds tighter than comparison, so that `input.nights ?? 1 > 3` asks what it seems to. Parts nest no deeper than
/// `DefinitionLimits.expressionDepth`, which bounds the recursion of everything that walks the result.
public struct ExpressionParser {
    private var lexer: ExpressionLexer
    var token: ExpressionLexer.Token = .end
    var tokenOffset = 0
    let names: ExpressionNames
    private var nesting = 0

    /// Reads `text` as one whole expression.
    public static func parse(_ text: String, steps: StepNames) throws(ExpressionSyntaxError) -> ParsedExpression {
        var parser = try ExpressionParser(Array(text.utf8), at: 0, names: .saga(steps))
        let expression = try parser.expression()
        guard parser.token == .end else { throw parser.unexpected() }
        return expression
    }

    /// Reads the expression inside `${ … }` from behind the `${`; answers it and the offset behind the `}`.
    static func parse(
        _ bytes: [UInt8], from start: Int, names: ExpressionNames
    ) throws(ExpressionSyntaxError) -> (ParsedExpression, Int) {
        var parser = try ExpressionParser(bytes, at: start, names: names)
        if parser.token == .symbol("}") { throw parser.failure(start, "an expression is missing between '${' and '}'") }
        let expression = try parser.expression()
        guard parser.token == .symbol("}") else { throw parser.unexpected() }
        return (expression, parser.tokenOffset + 1)
    }

    private init(_ bytes: [UInt8], at offset: Int, names: ExpressionNames) throws(ExpressionSyntaxError) {
        lexer = ExpressionLexer(bytes: bytes, offset: offset)
        self.names = names
        try advance()
    }

    mutating func advance() throws(ExpressionSyntaxError) { (token, tokenOffset) = try lexer.next() }

    mutating func take(_ symbol: String) throws(ExpressionSyntaxError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: String) throws(ExpressionSyntaxError) {
        guard try take(symbol) else { throw failure(tokenOffset, "'\(symbol)' is missing before \(described(token))") }
    }

    func failure(_ offset: Int, _ message: String) -> ExpressionSyntaxError {
        ExpressionSyntaxError(offset: offset, message: message)
    }

    func described(_ token: ExpressionLexer.Token) -> String {
        switch token {
        case .name(let name): "'\(name)'"
        case .symbol(let symbol): "'\(symbol)'"
        case .literal(.string): "a text"
        case .literal(let value): "'\(value.text)'"
        case .leastMagnitude: "a number"
        case .end: "the end"
        }
    }

    func unexpected() -> ExpressionSyntaxError {
        switch token {
        case .end: failure(tokenOffset, "the expression ends too early")
        case .name("and"): failure(tokenOffset, "write '&&' for 'and'")
        case .name("or"): failure(tokenOffset, "write '||' for 'or'")
        case .name, .literal, .leastMagnitude: failure(tokenOffset, "an operator is missing before \(described(token))")
        case .symbol(let symbol): failure(tokenOffset, "'\(symbol)' does not belong here")
        }
    }

    /// One part more; refused when it nests too deep.
    func node(_ offset: Int, _ expression: Expression, _ operands: [ParsedExpression]) throws(ExpressionSyntaxError)
        -> ParsedExpression
    {
        let node = ParsedExpression(offset, expression, operands)
        guard node.depth <= DefinitionLimits.expressionDepth else { throw tooDeep(offset) }
        return node
    }

    private func tooDeep(_ offset: Int) -> ExpressionSyntaxError {
        failure(
            offset, "the expression nests deeper than \(DefinitionLimits.expressionDepth) levels; compute part of it elsewhere")
    }

    mutating func expression() throws(ExpressionSyntaxError) -> ParsedExpression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= DefinitionLimits.expressionDepth else { throw tooDeep(tokenOffset) }
        let test = try binary(level: 0)
        guard try take("?") else { return test }
        let then = try expression()
        try expect(":")
        let otherwise = try expression()
        return try node(
            test.offset, .conditional(test.expression, then.expression, otherwise.expression), [test, then, otherwise])
    }

    private static let levels: [[Expression.BinaryOperator]] = [
        [.or], [.and], [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .contains], [.coalesce],
        [.add, .subtract], [.multiply, .divide, .remainder],
    ]

    private func symbol(at level: Int) -> Expression.BinaryOperator? {
        switch token {
        case .symbol(let text), .name(let text): ExpressionParser.levels[level].first { $0.rawValue == text }
        default: nil
        }
    }

    private mutating func binary(level: Int) throws(ExpressionSyntaxError) -> ParsedExpression {
        guard level < ExpressionParser.levels.count else { return try unary() }
        var left = try binary(level: level + 1)
        while let symbol = symbol(at: level) {
            let offset = tokenOffset
            try advance()
            // `a ?? b ?? c` is `a ?? (b ?? c)`: each fallback may itself be missing.
            let right = try symbol == .coalesce ? fallback() : binary(level: level + 1)
            left = try node(offset, .binary(symbol, left.expression, right.expression), [left, right])
        }
        return left
    }

    private mutating func fallback() throws(ExpressionSyntaxError) -> ParsedExpression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= DefinitionLimits.expressionDepth else { throw tooDeep(tokenOffset) }
        return try binary(level: 3)
    }

    private mutating func unary() throws(ExpressionSyntaxError) -> ParsedExpression {
        let offset = tokenOffset
        let symbol: Expression.UnaryOperator
        if try take("!") { symbol = .not } else if try take("-") { symbol = .negate } else { return try postfix() }
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= DefinitionLimits.expressionDepth else { throw tooDeep(offset) }
        if symbol == .negate, token == .leastMagnitude {
            try advance()
            return ParsedExpression(offset, .literal(.int(.min)))
        }
        let operand = try unary()
        switch (symbol, operand.expression) {
        case (.negate, .literal(.int(let number))) where number >= 0: return ParsedExpression(offset, .literal(.int(-number)))
        case (.negate, .literal(.double(let number))): return ParsedExpression(offset, .literal(.double(-number)))
        default: return try node(offset, .unary(symbol, operand.expression), [operand])
        }
    }
}
