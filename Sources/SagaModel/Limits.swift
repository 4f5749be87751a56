/// What a definition and what it computes may weigh. Everything that recurses or grows is bounded by one of these.
public enum DefinitionLimits {
    /// Bytes of a definition's text.
    public static let sourceBytes = 512 << 10
    /// Nesting of a definition's document.
    public static let sourceDepth = 64
    /// Steps written in one definition.
    public static let steps = 1_000
    /// Problems reported at once.
    public static let problems = 100
    /// Elements of a list that an expression writes out.
    public static let listElements = 1_000
    /// Nesting of an expression: operators, fields and parentheses.
    public static let expressionDepth = 100
    /// Bytes of a value that a template computes, about as they would be written; a body on the wire holds no more.
    public static let resultBytes = 1 << 20
    /// Nesting of a value that a template computes; less than a body may have, because events wrap it in levels of their own.
    public static let resultDepth = 48
    /// Bytes of a `pattern`.
    public static let patternBytes = 4_096
    /// Instructions of one compiled `pattern`.
    public static let patternInstructions = 2_000
    /// Nesting of groups in a `pattern`.
    public static let patternDepth = 32
    /// Characters of a text that a `pattern` looks at; a longer one is refused.
    public static let patternText = 8_192
    /// Steps that all patterns of one validation may take together, about instructions times characters.
    public static let patternWork = 20_000_000
    /// The largest count in `{n,m}` of a `pattern`.
    public static let patternRepeat = 255
    /// Violations of an input schema reported at once.
    public static let violations = 100
    /// The longest duration: ten years in milliseconds.
    public static let duration: Int64 = 10 * 365 * 86_400_000
    /// States of a saga that one walk visits, and those times their steps: some 10 s and 100 MB, on the command line alone.
    public static let walkStates = 1_000_000
    public static let walkCells = 6_000_000
    /// Answers without effect that one saga writes down: a participant that never stops repeating itself fills no log.
    public static let ignoredAnswers = 100
    /// The largest number of `attempts`, beside `forever`.
    public static let attempts = 1_000_000
    /// The largest `factor` of a retry.
    public static let factor = 100.0
}
