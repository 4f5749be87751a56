public import Kernel

/// What a scaffold has shown of a saga.
public struct SagaReport: Sendable, Equatable, CustomStringConvertible {
    public let definition: String
    /// What the saga gives when nothing fails; null when it has no output.
    public let output: JSON
    /// In the order the steps run.
    public let unwindings: [Unwinding]
    /// Steps that this input never reaches, in the order of the definition: they were not tested.
    public let unreached: [String]
    /// Steps whose undo no failure called for, in the order of the definition: those undos were not tested.
    public let neverUndone: [String]

    public var description: String {
        let gaps = [("never reached", unreached), ("never undone", neverUndone)].filter { !$0.1.isEmpty }
        let lines = unwindings.map { "  \($0)" } + gaps.map { "  \($0.0): \($0.1.joined(separator: ", "))" }
        let given = output.isNull ? "" : ", \(output.text)"
        return (["\(definition): completed\(given)"] + lines).joined(separator: "\n")
    }
}

/// How a saga ends when one of its steps fails, or nobody can say whether it was done.
public struct Unwinding: Sendable, Equatable, CustomStringConvertible {
    public enum Ending: String, Sendable {
        /// Undone: every aggregate is as it was before.
        case compensated
        /// Behind the pivot, where only a person can help.
        case stuck
        /// The step is optional.
        case completed
    }

    /// What was done to the step.
    public enum Cause: String, Sendable {
        /// A no for good; a `sleep` was cancelled.
        case failed = "fails"
        /// Its worker did it, and never could tell.
        case unknown = "stays unknown"
    }

    /// The step that failed.
    public let step: String
    public let cause: Cause
    public let ending: Ending
    /// Steps that were undone, in that order.
    public let undone: [String]

    public var description: String {
        "\(step) \(cause.rawValue): \(ending.rawValue)" + (undone.isEmpty ? "" : ", undone: \(undone.joined(separator: ", "))")
    }
}
