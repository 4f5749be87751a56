public import Kernel

/// What an expression may read while a saga runs: its input, itself, and what became of its steps.
public protocol Scope {
    var input: JSON { get }
    /// `id`, `key`, `name`, `version`, `started` (RFC 3339).
    var saga: JSON { get }
    /// `status`, `result`, `error` of a step by index; result and error are null when there is none.
    func step(_ index: Int) -> StepFacts
    /// The `result` alone: what is asked for most.
    func result(_ index: Int) -> JSON
    /// `item` and `index` inside an `each`; nil elsewhere.
    var item: JSON? { get }
    var itemIndex: Int64? { get }
}

extension Scope {
    public func result(_ index: Int) -> JSON { step(index).result }
    public var item: JSON? { nil }
    public var itemIndex: Int64? { nil }
}

public struct StepFacts: Sendable {
    /// The step's state in words, as the view shows it.
    public let status: String
    public let result: JSON
    /// `{code, message}` or null.
    public let error: JSON

    public init(status: String, result: JSON, error: JSON) {
        self.status = status
        self.result = result
        self.error = error
    }
}

/// Why an expression has no value. Its step fails with code `expression` before anything is sent.
public struct ExpressionError: Error, Equatable, Sendable {
    public let message: String
    public init(_ message: String) { self.message = message }
}
