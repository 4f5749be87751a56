public import Kernel

/// A compiled expression of SAGAS section 3: total, typed, without loops, clock or randomness.
///
/// Steps are held by index into the definition, so evaluation never looks a name up.
public indirect enum Expression: Sendable, Equatable {
    case literal(JSON)
    case input
    case saga
    case stepStatus(Int)
    case stepResult(Int)
    case stepError(Int)
    case item
    case index
    /// `base.name` and `base["name"]`, `base[0]`.
    case member(Expression, Expression)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case conditional(Expression, Expression, Expression)
    case call(Function, Expression)

    public enum UnaryOperator: String, Sendable { case not = "!", negate = "-" }
    public enum BinaryOperator: String, Sendable {
        case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
        case and = "&&", or = "||", add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
        case coalesce = "??", contains = "in"
    }
    public enum Function: String, Sendable, CaseIterable { case size, string, int, double, has }
}
