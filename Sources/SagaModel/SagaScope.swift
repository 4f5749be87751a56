import Kernel

/// What expressions see of a running saga. Borrows what it reads instead of copying the whole state.
struct SagaScope: Scope {
    private let origin: SagaOrigin
    private let steps: [StepState]
    /// The step whose undo is being frozen has just been answered, or has failed and may be done; that is not folded yet.
    private let answered: (index: Int, result: JSON, failure: Failure?)?

    init(_ state: SagaState, answered: (index: Int, result: JSON, failure: Failure?)? = nil) {
        origin = state.origin
        steps = state.steps
        self.answered = answered
    }

    var input: JSON { origin.start.input }

    var saga: JSON {
        [
            "id": .string(origin.id), "key": .optional(origin.start.key), "name": .string(origin.definition.name),
            "version": .int(Int64(origin.definition.version)), "started": .string(origin.startedAt.description),
        ]
    }

    func result(_ index: Int) -> JSON {
        if let answered, answered.index == index { answered.result } else { steps[index].result }
    }

    func step(_ index: Int) -> StepFacts {
        if let answered, answered.index == index {
            let status: StepStatus = answered.failure == nil ? .completed : .failed
            return StepFacts(status: status.rawValue, result: answered.result, error: answered.failure?.json ?? .null)
        }
        return StepFacts(
            status: steps[index].status.rawValue, result: steps[index].result, error: steps[index].error?.json ?? .null)
    }
}
