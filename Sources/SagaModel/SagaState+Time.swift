/// The times of attempts that workers hold, in milliseconds.
extension SagaState {
    /// What one attempt has; nil where attempts take no time.
    public func timeout(_ step: Int, _ direction: Direction) -> Int64? {
        let definition = definition.steps[step]
        switch direction {
        case .do: return definition.timeout
        case .undo: if case .action(let undo) = definition.undo { return undo.timeout } else { return definition.timeout }
        case .probe: return definition.probe?.timeout
        }
    }

    /// When the time of the attempt that a worker holds is over.
    public func due(_ step: Int, _ direction: Direction) -> Int64? {
        switch direction {
        case .do: steps[step].due
        case .undo: steps[step].undo.due
        case .probe: steps[step].probe.due
        }
    }
}
