public import Kernel

/// A JSON value with expressions in its strings, compiled.
public indirect enum Template: Sendable, Equatable {
    case literal(JSON)
    /// The expression was the whole string: its value keeps its type.
    case expression(Expression)
    /// Text with expressions inside; each is formatted as text.
    case text([Part])
    case array([Template])
    case object([Member])

    public enum Part: Sendable, Equatable {
        case text(String)
        case expression(Expression)
    }

    public struct Member: Sendable, Equatable {
        public let key: String
        public let value: Template
        public init(key: String, value: Template) {
            self.key = key
            self.value = value
        }
    }
}
