public import Kernel

/// The operation that an undo takes back, or a probe asks about.
public struct DoneOperation: Sendable, Equatable {
    public let operation: String
    public let input: JSON
    /// Nil when nobody knows it, and for a probe.
    public let result: JSON?

    public init(operation: String, input: JSON, result: JSON? = nil) {
        self.operation = operation
        self.input = input
        self.result = result
    }
}
