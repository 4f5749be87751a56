import Kernel

/// What expressions see of a running saga.
struct SagaScope: Scope {
    let state: SagaState
    /// The step whose undo is being frozen has just been answered, or has failed and may be done; that is not folded yet.
    var answered: (index: Int, result: JSON, failure: Failure?)?

    var input: JSON { state.start.input }

    var saga: JSON {
        [
            "id": .string(state.id), "key": .optional(state.start.key), "name": .string(state.definition.name),
            "version": .int(Int64(state.definition.version)), "started": .string(state.startedAt.description),
        ]
    }

    func step(_ index: Int) -> StepFacts {
        if let answered, answered.index == index {
            let status: StepStatus = answered.failure == nil ? .completed : .failed
            return StepFacts(status: status.rawValue, result: answered.result, error: answered.failure?.json ?? .null)
        }
        let step = state.steps[index]
        return StepFacts(status: step.status.rawValue, result: step.result, error: step.error?.json ?? .null)
    }
}
