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

/// How a saga ends when one of its steps fails.
public struct Unwinding: Sendable, Equatable, CustomStringConvertible {
    public enum Ending: String, Sendable {
        /// Undone: every aggregate is as it was before.
        case compensated
        /// Behind the pivot, where only a person can help.
        case stuck
        /// The step is optional.
        case completed
    }

    /// The step that failed; a `sleep` was cancelled.
    public let step: String
    public let ending: Ending
    /// Steps that were undone, in that order.
    public let undone: [String]

    public var description: String {
        "\(step) fails: \(ending.rawValue)" + (undone.isEmpty ? "" : ", undone: \(undone.joined(separator: ", "))")
    }
}
