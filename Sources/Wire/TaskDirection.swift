/// What an attempt is to do with its operation.
public enum TaskDirection: String, Sendable, CaseIterable {
    case `do`, undo
    /// Ask what became of the do.
    case probe
}
