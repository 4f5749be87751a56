import Kernel

/// One attempt of a step or an undo on an aggregate of this server.
struct StepRequest {
    let aggregate: AggregateID
    let command: String
    let body: JSON
    let expected: UInt64?
    /// `<saga>/<step>/<do|undo>[~g]`.
    let operation: String
    let attempt: Int
}
