/// An expression with the place of each of its parts, as the parser hands it to the checks.
public struct ParsedExpression: Sendable {
    /// UTF-8 offset in its text of what a message about this part should point at.
    public let offset: Int
    /// What runs.
    public let expression: Expression
    /// The operands, in the order of `expression`'s payload.
    public let operands: [ParsedExpression]
    let depth: Int

    init(_ offset: Int, _ expression: Expression, _ operands: [ParsedExpression] = []) {
        self.offset = offset
        self.expression = expression
        self.operands = operands
        depth = 1 + (operands.map(\.depth).max() ?? 0)
    }
}

/// Why a text is no expression, and where in it.
public struct ExpressionSyntaxError: Error, Equatable, Sendable {
    /// UTF-8 offset from the start of the text.
    public let offset: Int
    public let message: String

    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }
}
